"""Areas from outside: a GeoJSON file read with suspicion, all of it or nothing.

A wrong area sends a call to the wrong team, so a file with anything doubtful in it is
refused whole, and the refusal says which feature and what to mend.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from shapely import MultiPolygon, Polygon, make_valid
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from app.foundation.errors import DomainError
from app.foundation.text import has_forbidden_characters
from app.places.names import tidy_name

MAX_BYTES = 50_000_000
MAX_AREAS = 5_000
MAX_POINTS = 2_000_000
MAX_NAME = 120
_DEGREES_ON_EARTH = ("4326", "CRS84")


class NotUsable(DomainError):
    """This file cannot be taken in; the message says what to mend."""

    status = 422
    code = "file-not-usable"


@dataclass(frozen=True)
class NewArea:
    """An area as the file gives it, its name tidied and its shape sound."""

    name: str
    shape: dict[str, Any]
    was_mended: bool


def read_areas(content: bytes, name_field: str) -> list[NewArea]:
    """The areas of a GeoJSON file, in its order. Raises `NotUsable` for anything doubtful."""
    collection = _read_json(content)
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise NotUsable("This is not a GeoJSON FeatureCollection.")
    _check_reference_system(collection.get("crs"))
    features = collection.get("features")
    if not isinstance(features, list) or not features:
        raise NotUsable("The file has no features.")
    if len(features) > MAX_AREAS:
        raise NotUsable(f"The file has {len(features)} features; at most {MAX_AREAS} can be taken in.")
    _check_kinds(features)
    areas = [_read_feature(number, feature, name_field) for number, feature in enumerate(features, 1)]
    _check_unique([area.name for area in areas])
    return areas


def _read_json(content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        raise NotUsable(f"The file is too large: at most {MAX_BYTES // 1_000_000} MB can be taken in.")
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise NotUsable("The file is not UTF-8 text.") from None
    except json.JSONDecodeError as problem:
        raise NotUsable(f"The file is not JSON: line {problem.lineno}, column {problem.colno}.") from None
    except RecursionError:
        raise NotUsable("The file is nested too deeply.") from None
    except ValueError:
        raise NotUsable("The file holds a number that is too long.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise NotUsable(f"The key {twice[:40]!r} stands twice in one object; which one holds is unclear.")
    return found


def _no_constant(word: str) -> NoReturn:
    raise NotUsable(f"The file holds {word}, which is not a number.")


def _check_reference_system(named: Any) -> None:
    if named is not None and not any(code in json.dumps(named) for code in _DEGREES_ON_EARTH):
        raise NotUsable(
            "The coordinates are not in WGS 84 degrees (EPSG:4326). Export the file again in these."
        )


def _check_kinds(features: Sequence[Any]) -> None:
    """Say at once when a whole file is of the wrong kind, such as stations instead of areas."""
    kinds = Counter(_kind(feature) for feature in features)
    wrong = {kind: count for kind, count in kinds.items() if kind not in ("Polygon", "MultiPolygon")}
    if wrong:
        said = ", ".join(f"{count} {kind}" for kind, count in sorted(wrong.items()))
        raise NotUsable(
            f"Areas must be Polygon or MultiPolygon. The file holds {said} of {len(features)} features."
        )


def _kind(feature: Any) -> str:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    return kind[:40] if isinstance(kind, str) else "without a shape"


def _read_feature(number: int, feature: dict[str, Any], name_field: str) -> NewArea:
    properties = feature.get("properties")
    if not isinstance(properties, dict) or name_field not in properties:
        fields = ", ".join(sorted(properties)[:12]) if isinstance(properties, dict) and properties else "none"
        raise NotUsable(f"Feature {number} has no field {name_field!r}. Its fields: {fields}.")
    name = _read_name(number, properties[name_field])
    _check_coordinates(number, feature["geometry"].get("coordinates"), feature["geometry"]["type"])
    sound, was_mended = _sound(number, feature["geometry"])
    return NewArea(name, json.loads(json.dumps(mapping(sound))), was_mended)


def _read_name(number: int, written: Any) -> str:
    if not isinstance(written, str | int) or isinstance(written, bool):
        raise NotUsable(f"Feature {number} has no name.")
    name = tidy_name(str(written))
    if not name:
        raise NotUsable(f"Feature {number} has an empty name.")
    if len(name) > MAX_NAME or has_forbidden_characters(name):
        raise NotUsable(
            f"The name of feature {number} is longer than {MAX_NAME} letters or has hidden characters."
        )
    return name


def _check_unique(names: Sequence[str]) -> None:
    counts = Counter(name.casefold() for name in names)
    twice = sorted({name for name in names if counts[name.casefold()] > 1})
    if twice:
        raise NotUsable(f"Names stand more than once: {', '.join(twice[:5])}. Each area needs its own name.")


def _check_coordinates(number: int, coordinates: Any, kind: str) -> None:
    """Every position two or three finite numbers in degrees, every ring closed and of four or more."""
    polygons = [coordinates] if kind == "Polygon" else coordinates
    point_count = 0
    for ring in _rings(number, polygons):
        if not isinstance(ring, list) or len(ring) < 4:
            raise NotUsable(f"Feature {number} has a ring of fewer than four points.")
        for position in ring:
            _check_position(number, position)
        if ring[0][:2] != ring[-1][:2]:
            raise NotUsable(f"Feature {number} has a ring that does not end where it began.")
        point_count += len(ring)
    if point_count > MAX_POINTS:
        raise NotUsable(f"Feature {number} has more than {MAX_POINTS} points. Simplify it.")


def _rings(number: int, polygons: Any) -> Iterator[Any]:
    if not isinstance(polygons, list) or not polygons:
        raise NotUsable(f"Feature {number} has no coordinates.")
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise NotUsable(f"Feature {number} has a polygon without rings.")
        yield from polygon


def _check_position(number: int, position: Any) -> None:
    if not isinstance(position, list) or len(position) not in (2, 3) or not all(map(_is_number, position)):
        raise NotUsable(f"Feature {number} has a position that is not two finite numbers.")
    if not (-180 <= position[0] <= 180 and -90 <= position[1] <= 90):
        raise NotUsable(
            f"Feature {number} lies outside the earth: positions are longitude, latitude, in degrees."
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _sound(number: int, geometry: dict[str, Any]) -> tuple[BaseGeometry, bool]:
    """The shape, mended when it crosses itself; refused when nothing with an extent is left."""
    try:
        drawn = shape(geometry)
        mended = drawn if drawn.is_valid else _only_polygons(make_valid(drawn))
    except (ShapelyError, ValueError, TypeError):
        raise NotUsable(f"The shape of feature {number} cannot be read.") from None
    if mended.is_empty or mended.area <= 0:
        raise NotUsable(f"Feature {number} has no extent.")
    return mended, mended is not drawn


def _only_polygons(geometry: BaseGeometry) -> MultiPolygon:
    parts = getattr(geometry, "geoms", [geometry])
    polygons = [part for part in parts if isinstance(part, Polygon)]
    inner = [part for group in parts if isinstance(group, MultiPolygon) for part in group.geoms]
    return MultiPolygon([*polygons, *inner])

"""Areas as SVG paths: small still maps, drawn on the server, for pages that need no map library.

An equirectangular fit: over one city, a degree of longitude is shortened by the cosine of
the middle latitude, and that is all the projection a drawing of this size needs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from shapely import Point, Polygon
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from app.places.models import Area

MARGIN = 8
METERS_PER_DEGREE = 111_320.0
BLOCK_RADIUS_M = 170.0
BLOCK_SIZE = (400, 290)
SCREEN_DEGREES = 0.0002  # about 20 m


@dataclass(frozen=True)
class Fit:
    """How a piece of the earth lies in a drawing; x grows to the east, y to the south."""

    west: float
    north: float
    x_scale: float
    y_scale: float
    x_offset: float
    y_offset: float

    def xy(self, lat: float, lon: float) -> tuple[int, int]:
        """Where a point lies in the drawing."""
        x = self.x_offset + (lon - self.west) * self.x_scale
        return round(x), round(self.y_offset + (self.north - lat) * self.y_scale)

    def pixels(self, meters: float) -> int:
        """How long a distance is in the drawing, at least one."""
        return max(1, round(meters / METERS_PER_DEGREE * self.y_scale))


def fit(areas: Sequence[Area], width: int, height: int, margin: int = MARGIN) -> Fit:
    """The fit that shows all of these areas, in the middle, none of them stretched."""
    bounds = [shape(area.shape).bounds for area in areas] or [(-180.0, -90.0, 180.0, 90.0)]
    west, south = min(box[0] for box in bounds), min(box[1] for box in bounds)
    east, north = max(box[2] for box in bounds), max(box[3] for box in bounds)
    narrowing = max(cos(radians((south + north) / 2)), 0.01)
    wide, tall = max((east - west) * narrowing, 1e-9), max(north - south, 1e-9)
    scale = min((width - 2 * margin) / wide, (height - 2 * margin) / tall)
    return Fit(
        west=west,
        north=north,
        x_scale=scale * narrowing,
        y_scale=scale,
        x_offset=(width - wide * scale) / 2,
        y_offset=(height - tall * scale) / 2,
    )


def outline_svg_paths(
    areas: Sequence[Area], width: int, height: int, within: Fit | None = None
) -> list[tuple[Area, str]]:
    """Each area with the `d` of its path in a drawing of this size, in the order given.

    The drawing is fitted to all the areas, or is `within` another fit: then an area that
    lies outside the drawing is left out.
    """
    place = within or fit(areas, width, height)
    found = []
    for area in areas:
        outline = shape(area.shape).simplify(0.7 / place.y_scale)
        if not within or _is_in_sight(outline, place, width, height):
            found.append((area, _path(outline, place)))
    return found


def name_point(area: Area, place: Fit) -> tuple[int, int]:
    """Where the name of an area is written: a point that surely lies inside it."""
    inside = shape(area.shape).representative_point()
    return place.xy(inside.y, inside.x)


def _is_in_sight(outline: BaseGeometry, place: Fit, width: int, height: int) -> bool:
    west, south, east, north = outline.bounds
    left, top = place.xy(north, west)
    right, bottom = place.xy(south, east)
    return right >= 0 and left <= width and bottom >= 0 and top <= height


def _path(outline: BaseGeometry, place: Fit) -> str:
    return "".join(_ring(ring, place) for polygon in _polygons(outline) for ring in _rings(polygon))


def _polygons(outline: BaseGeometry) -> Iterator[Polygon]:
    for part in getattr(outline, "geoms", [outline]):
        if isinstance(part, Polygon):
            yield part


def _rings(polygon: Polygon) -> Iterator[list[tuple[float, float]]]:
    for ring in (polygon.exterior, *polygon.interiors):
        yield [(x, y) for x, y, *_ in ring.coords]


def _ring(points: list[tuple[float, float]], place: Fit) -> str:
    corners = [place.xy(lat, lon) for lon, lat in points]
    kept = [corner for number, corner in enumerate(corners) if not number or corner != corners[number - 1]]
    return "M" + " ".join(f"{x},{y}" for x, y in kept[:-1]) + "Z" if len(kept) > 3 else ""


@dataclass(frozen=True)
class BlockMap:
    """A still map of one place: where it lies in the city, and no more than its block."""

    width: int
    height: int
    far: list[str]
    here: str
    name: str
    name_at: tuple[int, int]
    circle: tuple[int, int, int] | None


def block_map(neighbors: Sequence[Area], here: Area, block: tuple[float, float] | None) -> BlockMap:
    """Draw an area among its neighbors; the circle covers the block, wherever in it the place is."""
    width, height = BLOCK_SIZE
    place = fit([here], width, height, margin=40)
    paths = {area.id: path for area, path in outline_svg_paths([*neighbors, here], width, height, place)}
    circle = (*place.xy(*block), max(14, place.pixels(BLOCK_RADIUS_M))) if block else None
    return BlockMap(
        width=width,
        height=height,
        far=[path for area_id, path in paths.items() if area_id != here.id],
        here=paths[here.id],
        name=here.name,
        name_at=name_point(here, place),
        circle=circle,
    )


def area_features(areas: Sequence[Area]) -> dict[str, Any]:
    """Areas as GeoJSON for a working map, with no more corners than a screen can show."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": area.id,
                "properties": {"name": area.name, "lat": inside.y, "lon": inside.x},
                "geometry": mapping(outline),
            }
            for area, outline, inside in map(_outlined, areas)
        ],
    }


def _outlined(area: Area) -> tuple[Area, BaseGeometry, Point]:
    outline = shape(area.shape)
    return area, outline.simplify(SCREEN_DEGREES), outline.representative_point()

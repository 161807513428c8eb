"""Where a point lies, answered from memory; and the areas of a layer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from math import cos, radians

from shapely import Point, STRtree, total_bounds, transform
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select

from app.foundation.copies import Copy
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.places.models import Area

POLICE_DIVISION = "police_division"
NEIGHBORHOOD = "neighborhood"
METERS_PER_DEGREE = 111_195.0  # a degree of latitude on a sphere of 6,371 km; off by less than 0.4 %

NEAR_BORDER_M = 50.0
"""Nearer to a border than this, the area is a matter of a person's eye.

Los Angeles publishes its calls rounded to four decimals: a point is off by up to 7 m. Of
3,000 published points, every one that lies in another area than its record says lies
within 9 m of a border. 50 m adds the width of a street, since borders run along streets
and an address may be placed on either side.
"""


@dataclass(frozen=True)
class Located:
    """The area a point lies in, and how far the nearest border is."""

    area_id: str
    area_name: str
    is_border: bool
    distance_m: float


@dataclass(frozen=True)
class _Layer:
    """A layer made ready for questions, in metres on a flat map: its shapes in a tree, and their borders."""

    stamp: tuple[int, datetime | None]
    ids: tuple[str, ...]
    names: tuple[str, ...]
    meters_per_degree: float
    """Of longitude, in the middle of the layer."""
    borders: tuple[BaseGeometry, ...]
    tree: STRtree


def locate(lat: float, lon: float, layer: str = POLICE_DIVISION) -> Located | None:
    """The area of a layer that a point lies in; None when it lies in none.

    Nothing is guessed: a point outside every area, a point that is not a number, and the
    point 0,0 (what a missing place looks like) get None, and the caller gives the call back.
    """
    is_on_earth = -90 <= lat <= 90 and -180 <= lon <= 180  # false for what is not a number
    if not is_on_earth or (lat == 0 and lon == 0):
        return None
    ready = _copy_of(layer).get()
    point = Point(lon * ready.meters_per_degree, lat * METERS_PER_DEGREE)
    found = [_measured(ready, int(number), point) for number in ready.tree.query(point, "intersects")]
    return max(found, key=lambda one: (one.distance_m, one.area_name), default=None)


def list_areas(layer: str) -> Sequence[Area]:
    """The areas of a layer, by name."""
    return db.session.scalars(select(Area).where(Area.layer == layer).order_by(Area.name)).all()


def get_area_by_slug(layer: str, slug: str) -> Area:
    """The area of a layer that an address names."""
    named = select(Area).where(Area.layer == layer, Area.slug == slug).order_by(Area.id)
    area = db.session.scalars(named).first()
    if area is None:
        raise NotFound
    return area


def forget_areas() -> None:
    """Areas have changed: read them again at the next question."""
    for layer in _layers:
        _copy_of(layer).forget()


_layers: set[str] = set()


@cache
def _copy_of(layer: str) -> Copy[_Layer]:
    _layers.add(layer)
    return Copy(lambda kept: _load(layer, kept), seconds=5)


def _load(layer: str, kept: _Layer | None) -> _Layer:
    """The layer made ready; the copy before when no area has changed since."""
    count, drawn_at = db.session.execute(
        select(func.count(), func.max(Area.drawn_at)).where(Area.layer == layer)
    ).one()
    if kept and kept.stamp == (count, drawn_at):
        return kept
    areas = list_areas(layer)
    shapes = [shape(area.shape) for area in areas]
    meters_per_degree = METERS_PER_DEGREE * _narrowing(shapes)
    flat = [_in_meters(drawn, meters_per_degree) for drawn in shapes]
    return _Layer(
        stamp=(count, drawn_at),
        ids=tuple(area.id for area in areas),
        names=tuple(area.name for area in areas),
        meters_per_degree=meters_per_degree,
        borders=tuple(drawn.boundary for drawn in flat),
        tree=STRtree(flat),
    )


def _measured(ready: _Layer, number: int, point: Point) -> Located:
    distance = float(ready.borders[number].distance(point))
    return Located(ready.ids[number], ready.names[number], distance <= NEAR_BORDER_M, round(distance, 1))


def _narrowing(shapes: Sequence[BaseGeometry]) -> float:
    """How much shorter a degree of longitude is than one of latitude, in the middle of a layer."""
    if not shapes:
        return 1.0
    _, south, _, north = total_bounds(shapes)
    return cos(radians((south + north) / 2))


def _in_meters(drawn: BaseGeometry, meters_per_degree: float) -> BaseGeometry:
    """A flat map of a shape in metres: equirectangular, true in the middle, within 1 % over a county."""
    return transform(drawn, lambda xy: xy * (meters_per_degree, METERS_PER_DEGREE))

"""The city by neighborhoods, as a still map for residents: drawn once, kept in memory."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from shapely.geometry import shape
from sqlalchemy import func, select

from app.foundation.copies import Copy
from app.foundation.db import db
from app.maps.outline import BlockMap, Fit, block_map, fit, name_point, outline_svg_paths
from app.places.models import Area
from app.places.queries import NEIGHBORHOOD, list_areas
from app.plans.queries import list_areas_with_plan

WIDTH, HEIGHT = 560, 834
MOST_NAMES = 12
LETTER_WIDTH, LINE_HEIGHT = 11, 26  # of the bold letters on the map


@dataclass(frozen=True)
class DrawnArea:
    """A neighborhood in the drawing."""

    id: str
    name: str
    slug: str
    path: str


@dataclass(frozen=True)
class CityMap:
    """The neighborhoods by name, and the few names that have room to be written."""

    stamp: tuple[int, datetime | None, frozenset[str]]
    areas: tuple[DrawnArea, ...]
    names: tuple[tuple[str, int, int], ...]
    width: int = WIDTH
    height: int = HEIGHT


def city_map() -> CityMap:
    """The map of all neighborhoods; without any, when none are imported."""
    return _copy.get()


def map_around(area: Area) -> BlockMap:
    """A neighborhood among those beside it."""
    return block_map(list_areas(area.layer), area, None)


def _load(kept: CityMap | None) -> CityMap:
    """The map drawn anew; the copy before when no area and no plan has come or changed since."""
    count, drawn_at = db.session.execute(
        select(func.count(), func.max(Area.drawn_at)).where(Area.layer == NEIGHBORHOOD)
    ).one()
    with_plan = frozenset(list_areas_with_plan())
    stamp = (count, drawn_at, with_plan)
    if kept and kept.stamp == stamp:
        return kept
    areas = list_areas(NEIGHBORHOOD)
    place = fit(areas, WIDTH, HEIGHT)
    drawn = tuple(
        DrawnArea(area.id, area.name, area.slug, path)
        for area, path in outline_svg_paths(areas, WIDTH, HEIGHT, place)
    )
    return CityMap(stamp, drawn, names_with_room(areas, place, with_plan))


_copy = Copy(_load, seconds=5)


def names_with_room(
    areas: Sequence[Area], place: Fit, with_plan: Set[str]
) -> tuple[tuple[str, int, int], ...]:
    """Names of areas with a plan first, then of the largest; none over another or out of the drawing."""
    written: list[tuple[str, int, int]] = []
    for area in sorted(areas, key=lambda one: (one.id not in with_plan, -shape(one.shape).area)):
        x, y = name_point(area, place)
        reach = len(area.name) * LETTER_WIDTH // 2
        is_inside = reach <= x <= WIDTH - reach and LINE_HEIGHT <= y <= HEIGHT - LINE_HEIGHT
        if is_inside and not any(_touch(x, y, reach, one) for one in written):
            written.append((area.name, x, y))
        if len(written) == MOST_NAMES:
            break
    return tuple(written)


def _touch(x: int, y: int, reach: int, other: tuple[str, int, int]) -> bool:
    name, other_x, other_y = other
    return abs(x - other_x) < reach + len(name) * LETTER_WIDTH // 2 and abs(y - other_y) < LINE_HEIGHT

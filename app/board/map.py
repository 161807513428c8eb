"""The small map beside the board: areas only, with a letter for each call in them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.board.queries import Strip
from app.board.rules import Tone
from app.foundation.copies import Copy
from app.maps.outline import fit, name_point, outline_svg_paths
from app.places.queries import POLICE_DIVISION, list_areas
from app.roster.lanes import Lane
from app.routing.queries import find_route

WIDTH, HEIGHT = 400, 600
STEP = 22
MOST_MARKS = 3
"""More calls than this in one area are shown as a number."""


@dataclass(frozen=True)
class AreaOutline:
    """One area as the map draws it; x, y: a point that surely lies inside."""

    id: str
    name: str
    path: str
    x: int
    y: int
    is_covered: bool = False
    """Whether a team of the lane in sight covers it at this hour."""


@dataclass(frozen=True)
class Mark:
    """A call, or a number of calls, at the middle of its area."""

    x: int
    y: int
    letter: str
    lapsing: Strip | None = None

    @property
    def lane_class(self) -> str:
        return self.letter.lower() if self.letter.isalpha() else "n"


def outlines(lane: Lane, now: datetime) -> list[AreaOutline]:
    """The areas of the city (drawn once a minute in each process), and where a lane is covered now."""
    return [replace(one, is_covered=find_route((lane,), one.id, now) is not None) for one in _outlines.get()]


def marks_of(strips: Sequence[Strip]) -> list[Mark]:
    """Where each open call is drawn. Calls whose area is not known stand in the table only."""
    by_area: dict[str, list[Strip]] = {}
    for strip in strips:
        if strip.referral.area_id and not strip.is_gone:
            by_area.setdefault(strip.referral.area_id, []).append(strip)
    return [
        mark
        for outline in _outlines.get()
        if outline.id in by_area
        for mark in _marks_in(outline, by_area[outline.id])
    ]


def _marks_in(outline: AreaOutline, strips: Sequence[Strip]) -> list[Mark]:
    lapsing = next((strip for strip in strips if strip.tone is Tone.LAPSING), None)
    if len(strips) > MOST_MARKS:
        return [Mark(outline.x, outline.y, str(len(strips)), lapsing)]
    first = outline.x - STEP * (len(strips) - 1) // 2
    return [
        Mark(first + number * STEP, outline.y, _letter(strip), strip if strip is lapsing else None)
        for number, strip in enumerate(strips)
    ]


def _letter(strip: Strip) -> str:
    lane = strip.referral.lane
    return {"mediation": "M", "restorative": "R", "interruption": "I", "unarmed_crisis": "U"}.get(
        lane or "", "H" if lane == "homeless_outreach" else "S"
    )


def _draw(_: object) -> tuple[AreaOutline, ...]:
    areas = list_areas(POLICE_DIVISION)
    place = fit(areas, WIDTH, HEIGHT)
    drawn = [(area, path, name_point(area, place)) for area, path in outline_svg_paths(areas, WIDTH, HEIGHT)]
    return tuple(AreaOutline(area.id, area.name, path, x, y) for area, path, (x, y) in drawn)


_outlines: Copy[tuple[AreaOutline, ...]] = Copy(_draw, seconds=60)

"""Points in a table, placed in areas: id,lat,lon in; id,area,border,distance_m out."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from app.foundation.spreadsheets import SheetWriter
from app.places.payloads import NotUsable
from app.places.queries import Located, locate

NEEDED = ("id", "lat", "lon")
TRUTH = "division"


@dataclass
class Placed:
    """What a table came to. A row is never dropped: one that cannot be read has no area."""

    row_count: int = 0
    placed_count: int = 0
    border_count: int = 0
    outside_count: int = 0
    unreadable_count: int = 0
    compared_count: int = 0
    agreeing_count: int = 0


def place_rows(source: IO[str], target: IO[str], layer: str) -> Iterator[Placed]:
    """Place each row; yields the running sum after each, the last one being the whole."""
    rows = csv.DictReader(source)
    missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
    if missing:
        raise NotUsable(f"The table has no column {', '.join(missing)}. It needs id, lat and lon.")
    written = SheetWriter(target, line_end="\n")
    written.write(["id", "area", "border", "distance_m"])
    placed = Placed()
    yield placed
    for row in rows:
        point = _point(row)
        found = locate(*point, layer) if point else None
        written.write([row["id"], *_answer(found)])
        _count(placed, found, is_readable=point is not None)
        _compare(placed, found, row.get(TRUTH))
        yield placed


def _point(row: dict[str, str | None]) -> tuple[float, float] | None:
    try:
        return float(row["lat"] or ""), float(row["lon"] or "")
    except ValueError:
        return None


def _answer(found: Located | None) -> tuple[str, str, str]:
    if found is None:
        return "", "", ""
    return found.area_name, "yes" if found.is_border else "no", f"{found.distance_m:.1f}"


def _count(placed: Placed, found: Located | None, *, is_readable: bool) -> None:
    placed.row_count += 1
    if found:
        placed.placed_count += 1
        placed.border_count += found.is_border
    elif is_readable:
        placed.outside_count += 1
    else:
        placed.unreadable_count += 1


def _compare(placed: Placed, found: Located | None, truth: str | None) -> None:
    """Whether our area is the one that the table names, large and small letters alike."""
    if truth is not None:
        placed.compared_count += 1
        placed.agreeing_count += found is not None and found.area_name.casefold() == truth.strip().casefold()

"""Opening a directory that somebody sent us: a folder or zip of CSV tables, or HSDS 3 JSON.

Whatever the shape, what comes out are rows of named fields with their place in the file.
Columns that ask what we never keep are dropped here, before anything reads them.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.directory.rules import is_never_kept
from app.foundation.errors import DomainError

MOST_BYTES = 200_000_000
MOST_LETTERS_IN_A_CELL = 1_000_000
PREFIXES = {"organizations": "organization_", "services": "service_", "locations": "location_"}
TABLES = ("organizations", "services", "locations", "phones", "service_at_locations", "service_capacities")


class NotADirectory(DomainError):
    """Nothing in the given place can be read as a directory of services."""

    code = "not-a-directory"


@dataclass(frozen=True)
class RawRow:
    """One row as it stood: its number as a spreadsheet or a reader of the list counts it."""

    number: int
    values: dict[str, Any]
    has_stray_value: bool = False


@dataclass
class RawDirectory:
    """The tables of a directory, and how many columns were left out unread."""

    tables: dict[str, list[RawRow]] = field(default_factory=dict)
    left_out_columns: set[tuple[str, str]] = field(default_factory=set)


def read_directory(path: Path) -> RawDirectory:
    """Read every table we know from a folder, a zip, or one JSON file."""
    raw = RawDirectory()
    for name, text in _texts(path):
        table, _, ending = name.lower().rpartition(".")
        if ending == "json":
            _add_json(raw, table, text)
        elif ending == "csv" and table in TABLES:
            _add_csv(raw, table, text)
    if not raw.tables:
        raise NotADirectory("There are no tables of services here: organizations, services, locations.")
    return raw


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """Name and text of each file, names without their folders."""
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in {".csv", ".json"})
        _refuse_large(sum(file.stat().st_size for file in files))
        yield from ((file.name, _decode(file.read_bytes())) for file in files)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if m.filename.lower().endswith((".csv", ".json"))]
            _refuse_large(sum(member.file_size for member in members))
            for member in sorted(members, key=lambda m: m.filename):
                yield Path(member.filename).name, _decode(archive.read(member))
    elif path.is_file():
        _refuse_large(path.stat().st_size)
        yield path.name, _decode(path.read_bytes())
    else:
        raise NotADirectory("There is no such folder or file.")


def _refuse_large(size: int) -> None:
    if size > MOST_BYTES:
        raise NotADirectory("This is too large: at most 200 MB.")


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotADirectory("Save the files as UTF-8 text and try again.") from None


def _add_csv(raw: RawDirectory, table: str, text: str) -> None:
    csv.field_size_limit(MOST_LETTERS_IN_A_CELL)
    try:
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (csv.Error, ValueError):
        raise NotADirectory(f"The table {table} cannot be read as CSV.") from None
    names = [cell.strip().lower() for cell in header]
    raw.left_out_columns |= {(table, name) for name in names if is_never_kept(name)}
    raw.tables.setdefault(table, []).extend(
        _csv_row(table, names, number, cells) for number, cells in enumerate(rows, start=2) if any(cells)
    )


def _csv_row(table: str, names: list[str], number: int, cells: list[str]) -> RawRow:
    """A value under a column without a name means the row has slipped: it says so."""
    named = dict(zip(names, cells, strict=False))
    stray = any(cell.strip() for name, cell in zip(names, cells, strict=False) if not name)
    stray = stray or any(cell.strip() for cell in cells[len(names) :])
    values = {
        _plain_name(table, name): cell for name, cell in named.items() if name and not is_never_kept(name)
    }
    return RawRow(number, values, has_stray_value=stray)


_SYNONYMS = {
    "uuid": "id",
    "min_age": "minimum_age",
    "max_age": "maximum_age",
    "problem_codes": "topics",
    "areas": "areas_served",
    "organization_uuid": "organization_id",
    "service_uuid": "service_id",
    "location_uuid": "location_id",
}


def _plain_name(table: str, name: str) -> str:
    """`service_min_age` in the table of services is HSDS's `minimum_age`."""
    prefix = PREFIXES.get(table, "")
    if prefix and name.startswith(prefix) and name not in {"organization_id", "location_type"}:
        name = name.removeprefix(prefix)
    return _SYNONYMS.get(name, name)


def _add_json(raw: RawDirectory, table: str, text: str) -> None:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise NotADirectory(f"The file {table}.json cannot be read as JSON.") from None
    items = content.get("contents", [content]) if isinstance(content, dict) else content
    if not isinstance(items, list):
        raise NotADirectory(f"The file {table}.json holds no list.")
    table = table if table in TABLES else "services"
    raw.tables.setdefault(table, []).extend(
        RawRow(number, _without_never_kept(raw, table, item))
        for number, item in enumerate(items, start=1)
        if isinstance(item, dict)
    )


def _without_never_kept(raw: RawDirectory, table: str, item: Any) -> Any:
    """The same without any key, at any depth, that asks what we never keep."""
    if isinstance(item, dict):
        raw.left_out_columns |= {(table, key) for key in item if is_never_kept(key)}
        return {k: _without_never_kept(raw, table, v) for k, v in item.items() if not is_never_kept(k)}
    if isinstance(item, list):
        return [_without_never_kept(raw, table, part) for part in item]
    return item

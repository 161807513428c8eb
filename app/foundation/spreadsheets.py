"""Tables for spreadsheets: a cell is what it says, and never a formula that runs where it is opened.

Who names an area or writes an id in a table chooses what stands in a cell. Excel and its like run
whatever looks like a formula: `=`, `+`, `-` and `@` at its start, also behind blanks and quotes,
also in full width, and behind a semicolon where the sheet takes that for the end of a cell.
"""

import csv
import re
from collections.abc import Iterable
from typing import IO

_ENDS = ";,\\t\\r\\n\\0"  # of a cell, wherever the sheet is opened
_BLANKS = "\\s'\"\u200b\ufeff"
_STARTS = "=+\\-@\uff0b\uff0d\uff1d\uff20"
_END = re.compile(f"[{_ENDS}]")
_UP_TO_A_START = re.compile(f"([{_ENDS}{_BLANKS}]+)([{_STARTS}]?)")  # each letter is looked at once
_BREAKS = frozenset("\t\r\n\0")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def plain_cell(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula. Numbers stay numbers, also negative ones."""
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    plain = _UP_TO_A_START.sub(_mark, f",{cell}")[1:]
    return f"'{plain}" if plain[:1] in _BREAKS else plain


def _mark(found: re.Match[str]) -> str:
    return _END.sub(r"\g<0>'", found[1]) + found[2] if found[2] else found[0]


class SheetWriter:
    """Writes rows of plain cells as CSV."""

    def __init__(self, target: IO[str], *, line_end: str = "\r\n") -> None:
        self._writer = csv.writer(target, lineterminator=line_end)

    def write(self, row: Iterable[object]) -> None:
        """One row."""
        self._writer.writerow([plain_cell(cell) for cell in row])

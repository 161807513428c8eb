"""A cell of a table that is opened in a spreadsheet never runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.spreadsheets import SheetWriter, plain_cell
from tests.guards.layers import read_modules

STARTS = "=+-@\uff1d\uff0b\uff0d\uff20"
BLANKS = " \t\r\n\0'\"\u00a0\u200b\ufeff"

RUNS = [
    "=HYPERLINK(1)",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    '"=1',
    "'=1",
    "\ufeff=1",
    "\uff1d1",
    "Harbor;=1",
    'Harbor", =1',
    "Harbor\n=1",
    "\tplain",
    "\0plain",
]
PLAIN = [
    "Harbor",
    "",
    "fewer than 11",
    "a = b",
    "50-60",
    "4th & Soto",
    "-12",
    "+3.5",
    "-118.25",
    "Öl, fa: آب",
]


def as_sheets_read(cell: str) -> list[str]:
    """The cells that a spreadsheet may make of one of ours, whatever it takes for the end of a cell."""
    ends = ";,\t\r\n\0"
    return "".join("\n" if letter in ends else letter for letter in cell).split("\n")


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take it for a formula."""
    return any(part.lstrip(BLANKS.replace("'", ""))[:1] in set(STARTS) for part in as_sheets_read(cell))


@pytest.mark.parametrize("cell", RUNS)
def test_what_would_run_is_made_plain(cell):
    plain = str(plain_cell(cell))

    assert not runs(plain)
    assert plain[:1] not in set("\t\r\n\0")
    assert plain.replace("'", "") == cell.replace("'", "")


@pytest.mark.parametrize("cell", [*PLAIN, 12, -3, 1.5, None])
def test_what_is_plain_or_a_number_is_left_alone(cell):
    assert plain_cell(cell) == cell


@given(
    st.text(alphabet=st.sampled_from(STARTS + BLANKS + ";,ab1") | st.characters(codec="utf-8"), max_size=30)
)
def test_no_cell_whatever_it_holds_runs(text):
    plain = str(plain_cell(text))
    number = text.lstrip("+-").replace(".", "", 1)

    assert not runs(plain) or (number.isascii() and number.isdecimal())
    assert plain.replace("'", "") == text.replace("'", "")


def test_a_wall_of_blanks_is_looked_through_once():
    wall = "a" + "\n" * 300_000

    assert plain_cell(wall) == wall


def test_a_row_comes_back_cell_by_cell():
    out = io.StringIO()
    SheetWriter(out).write(["area", "=1", 'say "no"', "two\nlines", -4])

    rows = list(csv.reader(io.StringIO(out.getvalue(), newline="")))

    assert rows == [["area", "'=1", 'say "no"', "two\nlines", "-4"]]


def test_every_table_that_is_written_goes_through_it():
    """Who writes CSV past it would write formulas."""
    writers = ("csv.writer", "csv.DictWriter", "to_csv")
    others = [
        name
        for name, source in read_modules().items()
        if name != "app.foundation.spreadsheets" and any(word in source for word in writers)
    ]

    assert others == []

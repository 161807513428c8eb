"""The requirements of OWASP ASVS 5.0 and how each is met: the list (asvs.csv), and what must hold of it.

The list says in our own words what a requirement asks, and answers by a test that would fail, by why
it does not apply, by what an operator does, or by "open": not built yet, with what lacks.
"""

import ast
import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.guards.layers import ROOT

FILE = ROOT / "tests/guards/asvs.csv"
HOW = ("test", "not applicable", "operator", "open")
MOST_WORDS = {"what_it_asks": 15, "evidence": 30}

LEVELS = {
    "1.1": "22",
    "1.2": "1111122223",
    "1.3": "112222222223",
    "1.4": "222",
    "1.5": "123",
    "2.1": "122",
    "2.2": "112",
    "2.3": "12223",
    "2.4": "23",
    "3.1": "3",
    "3.2": "113",
    "3.3": "12223",
    "3.4": "11222233",
    "3.5": "11122333",
    "3.6": "3",
    "3.7": "22333",
    "4.1": "12233",
    "4.2": "23333",
    "4.3": "22",
    "4.4": "1222",
    "5.1": "2",
    "5.2": "112333",
    "5.3": "113",
    "5.4": "222",
    "6.1": "122",
    "6.2": "111111112222",
    "6.3": "11223333",
    "6.4": "112233",
    "6.5": "22222333",
    "6.6": "2223",
    "6.7": "33",
    "6.8": "2222",
    "7.1": "222",
    "7.2": "1111",
    "7.3": "22",
    "7.4": "11222",
    "7.5": "223",
    "7.6": "22",
    "8.1": "1233",
    "8.2": "1123",
    "8.3": "133",
    "8.4": "23",
    "9.1": "111",
    "9.2": "1222",
    "10.1": "22",
    "10.2": "223",
    "10.3": "22223",
    "10.4": "1111122222233333",
    "10.5": "22222",
    "10.6": "22",
    "10.7": "222",
    "11.1": "2233",
    "11.2": "22233",
    "11.3": "11233",
    "11.4": "1222",
    "11.5": "23",
    "11.6": "23",
    "11.7": "33",
    "12.1": "12233",
    "12.2": "11",
    "12.3": "22223",
    "13.1": "2333",
    "13.2": "222223",
    "13.3": "2233",
    "13.4": "1222233",
    "14.1": "22",
    "14.2": "12223333",
    "14.3": "122",
    "15.1": "12233",
    "15.2": "12233",
    "15.3": "1222222",
    "15.4": "3333",
    "16.1": "2",
    "16.2": "22222",
    "16.3": "2222",
    "16.4": "222",
    "16.5": "2223",
    "17.1": "23",
    "17.2": "22223333",
    "17.3": "22",
}
"""The level of each requirement of a section, in their order."""
OURS_OF_LEVEL_3 = re.compile(r"V(2\.3\.5|4\.1\.5|6\..*|7\.5\.3|8\..*|14\..*|15\.4\.2)")
"""Of the third level we hold ourselves to what protects people and their records."""


@dataclass(frozen=True)
class Row:
    """One requirement and its answer."""

    id: str
    level: str
    what_it_asks: str
    how: str
    evidence: str


def all_levels() -> dict[str, str]:
    """Every requirement of the standard with its level."""
    return {
        f"V{section}.{number}": level
        for section, levels in LEVELS.items()
        for number, level in enumerate(levels, 1)
    }


def wanted() -> dict[str, str]:
    """The requirements that the list must hold, with their levels."""
    return {
        name: level
        for name, level in all_levels().items()
        if level in "12" or OURS_OF_LEVEL_3.fullmatch(name)
    }


def read_rows(file: Path = FILE) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [Row(**row) for row in csv.DictReader(lines)]


@cache
def _tests_of(file: Path) -> frozenset[str]:
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def is_a_test(evidence: str, root: Path = ROOT) -> bool:
    """Whether this names a test that is there."""
    file, _, name = evidence.partition("::")
    return (
        bool(re.fullmatch(r"tests/[\w/]+/test_\w+\.py", file))
        and name.startswith("test_")
        and name in _tests_of(root / file)
    )


def problems_of(rows: Sequence[Row]) -> list[str]:
    """What is wrong with the list."""
    levels, counts = wanted(), Counter(row.id for row in rows)
    found = [f"{name} is missing" for name in levels if name not in counts]
    found += [f"{name} {count} times" for name, count in counts.items() if count > 1]
    for row in rows:
        if levels.get(row.id) != row.level:
            found.append(f"{row.id} of level {row.level} is not in what we hold ourselves to")
        if row.how not in HOW:
            found.append(f"{row.id}: {row.how} is no answer")
        if row.how == "test" and not is_a_test(row.evidence):
            found.append(f"{row.id}: there is no test {row.evidence}")
        if row.how != "test" and len(row.evidence.split()) < 4:
            found.append(f"{row.id}: no reason")
        for column, most in MOST_WORDS.items():
            if not 0 < len(getattr(row, column).split()) <= most:
                found.append(f"{row.id}: {column} is empty or longer than {most} words")
    return found

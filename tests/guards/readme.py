"""The README's tables that are made from the code.

python -m tests.guards.readme     prints the journey table as the README must have it
"""

import ast
import re
import sys
from pathlib import Path

from tests.guards.layers import ROOT, STEPS


def first_line(package: Path) -> str:
    """The first line of a package's docstring."""
    docstring = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8")))
    return (docstring or "").split("\n")[0]


def journey_table(root: Path = ROOT) -> list[str]:
    """The steps in the order of the journey, each with its package's own words."""
    return [f"| {number} | `{step}` | {words(root / 'app' / step)} |" for number, step in enumerate(STEPS, 1)]


def words(package: Path) -> str:
    """A docstring may carry its place in the journey ("1. A call that…"); the table has a column for it."""
    return re.sub(r"^(Step )?\d+[.:] +", "", first_line(package))


def journey_rows(readme: str) -> list[str]:
    """The rows of the README that begin with a step's number."""
    return [line.strip() for line in readme.splitlines() if re.match(r"\|\s*\d+\s*\|", line.strip())]


def unnamed(names: list[str], readme: str) -> list[str]:
    """The settings that the README does not name in code type."""
    return [name for name in names if not re.search(rf"`{name}`|\b{name}=", readme)]


if __name__ == "__main__":
    sys.stdout.write("\n".join(["| | step | what it is |", "|---|---|---|", *journey_table(), ""]))

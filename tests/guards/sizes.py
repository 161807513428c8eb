"""Files that have grown past what one can hold in mind: split by noun, or give a reason."""

from collections.abc import Mapping
from pathlib import Path

from tests.guards.layers import ROOT

MOST_LINES = 300
LOOKED_AT = {"app": (".py", ".js", ".css"), "templates": (".html",), "tests": (".py",), "bench": (".py",)}
# file: why it is better whole
MAY_BE_LONG: Mapping[str, str] = {
    "app/journey.py": "the mission on one page: to split it would hide it",
}


def lengths(root: Path = ROOT) -> dict[str, int]:
    """Our files and their lines."""
    return {
        str(file.relative_to(root)): len(file.read_text(encoding="utf-8").splitlines())
        for folder, endings in LOOKED_AT.items()
        for file in sorted((root / folder).rglob("*"))
        if file.suffix in endings
    }


def too_long(files: Mapping[str, int], may_be_long: Mapping[str, str] = MAY_BE_LONG) -> list[str]:
    """The files over the measure that give no reason, with their lines."""
    return [
        f"{name}: {lines} lines"
        for name, lines in files.items()
        if lines > MOST_LINES and name not in may_be_long
    ]

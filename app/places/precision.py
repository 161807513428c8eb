"""How exactly a place is told, and to whom: a type, not a habit (design.md 4)."""

from enum import StrEnum

BLOCK = 20_000  # ten-millionths of a degree: 0.002 degrees, about 220 by 185 m in Los Angeles
_SCALE = 10_000_000


class Precision(StrEnum):
    """Exact for those assigned, while it is open; a block for staff; the area for everyone else."""

    EXACT = "exact"
    BLOCK = "block"
    AREA = "area"


def block_of(lat: float, lon: float) -> tuple[float, float]:
    """The middle of the block that a point lies in.

    The blocks are fixed squares of a grid, not a blur around the point: any number of
    calls from one door give the same answer, so asking again tells nothing more.
    """
    return _middle(lat), _middle(lon)


def _middle(degrees: float) -> float:
    number = round(degrees * _SCALE) // BLOCK
    return (number * BLOCK + BLOCK // 2) / _SCALE

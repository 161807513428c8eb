"""What can go wrong with a message between the centre and the office, and the dice that decide it. Pure.

A real line loses, delays, doubles and overtakes; the contract must hold on every one of them.
Each try of each message is rolled by itself: dice that fall for one do not move those of another.
"""

from dataclasses import dataclass, replace
from random import Random
from typing import Any


@dataclass(frozen=True)
class Faults:
    """Shares of one, each rolled for every message by itself; and how long things take, in seconds."""

    lose: float = 0.0
    """It never arrives."""
    lose_answer: float = 0.0
    """It arrives, and the answer to it does not."""
    delay: float = 0.0
    duplicate: float = 0.0
    """The same bytes arrive again, at once or later."""
    reorder: float = 0.0
    """It waits until a later message of the same call has overtaken it."""
    delay_seconds: tuple[float, float] = (0.02, 0.8)
    later_seconds: tuple[float, float] = (0.3, 6.0)
    hold_seconds: float = 1.2

    @property
    def is_calm(self) -> bool:
        return not any(getattr(self, name) for name in SHARES)


SHARES = ("lose", "lose_answer", "delay", "duplicate", "reorder")
NAMED = {
    "none": Faults(),
    "rough": Faults(lose=0.06, lose_answer=0.06, delay=0.2, duplicate=0.1, reorder=0.1),
    "brutal": Faults(
        lose=0.25,
        lose_answer=0.2,
        delay=0.5,
        duplicate=0.3,
        reorder=0.3,
        delay_seconds=(0.05, 1.5),
        hold_seconds=1.8,
    ),
}


@dataclass(frozen=True)
class Fate:
    """What happens to one try of one message on its way."""

    is_lost: bool = False
    is_answer_lost: bool = False
    is_held: bool = False
    delay_seconds: float = 0.0
    copy_after: float | None = None
    """The same bytes arrive again so many seconds later; None: they come once."""


def roll(faults: Faults, dice: Random) -> Fate:
    """Throw the dice for one message. Always as many throws, so that one share leaves the others alone."""
    chances = {name: dice.random() < getattr(faults, name) for name in SHARES}
    delay, later, is_at_once = (
        dice.uniform(*faults.delay_seconds),
        dice.uniform(*faults.later_seconds),
        dice.random() < 0.5,
    )
    if chances["lose"]:
        return Fate(is_lost=True)  # what does not arrive is not doubled either
    return Fate(
        is_answer_lost=chances["lose_answer"],
        is_held=chances["reorder"],
        delay_seconds=delay if chances["delay"] else 0.0,
        copy_after=(0.0 if is_at_once else later) if chances["duplicate"] else None,
    )


def read_faults(text: str) -> Faults:
    """Read `none`, `rough` or `brutal`, and single shares after it or alone: `rough,lose=0.2`."""
    faults = NAMED["none"]
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, is_share, share = part.partition("=")
        if not is_share and name in NAMED:
            faults = NAMED[name]
        elif is_share and name in SHARES:
            changes: dict[str, Any] = {name: _read_share(name, share)}
            faults = replace(faults, **changes)
        else:
            raise ValueError(f"{name} is none of {', '.join((*NAMED, *(f'{one}=SHARE' for one in SHARES)))}")
    return faults


def _read_share(name: str, text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f"{name} is a share from 0 to 1")
    return share

"""The picture of the states, laid out from the table of transitions: states as columns, events as rows. Pure.

Each owner is a band. An arrow that leaves its band moves the call from one owner to another; a
table that changes changes the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.referrals.models import Custody, Source, State
from app.referrals.transitions import TRANSITIONS, By, Transition, owner_in

LEFT, HEAD, COLUMN, ROW, GAP = 228, 92, 75, 30, 12
WORDS_OF = {By.PERSON: "a person here", By.DISPATCH: "dispatch", By.SOFTWARE: "software"}
OWNERS = {
    Custody.DISPATCH: "Dispatch owns it",
    Custody.BOTH: "Both own it",
    Custody.OFFICE: "The office owns it",
}


@dataclass(frozen=True)
class Box:
    """A state: its words by line, its middle, its owner."""

    state: State
    words: tuple[str, ...]
    x: int


@dataclass(frozen=True)
class Band:
    """All states of one owner."""

    owner: Custody
    words: str
    x: int
    width: int


@dataclass(frozen=True)
class Arrow:
    """One row of the table: from the dots to the tip. `since` without the state it leads to itself."""

    transition: Transition
    event: str
    whose: str
    y: int
    dots: tuple[int, ...]
    tip: int
    is_loop: bool

    @property
    def ends(self) -> tuple[int, ...]:
        """The farthest dot on each side of the tip."""
        return tuple({min((*self.dots, self.tip)), max((*self.dots, self.tip))} - {self.tip})


@dataclass(frozen=True)
class Picture:
    """Everything to be drawn, with its size."""

    width: int
    height: int
    bands: tuple[Band, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(transitions: Sequence[Transition] = TRANSITIONS) -> Picture:
    """Lay out a table of transitions."""
    x, bands, boxes = LEFT, [], []
    for owner, words in OWNERS.items():
        states = [state for state in State if owner_in(state, Source.DISPATCH) is owner]
        bands.append(Band(owner, words, x, len(states) * COLUMN))
        for state in states:
            boxes.append(Box(state, tuple(words_of(state).split(" ")), x + COLUMN // 2))
            x += COLUMN
        x += GAP
    middles = {box.state: box.x for box in boxes}
    arrows = tuple(
        _arrow(one, HEAD + ROW * number + ROW // 2, middles) for number, one in enumerate(transitions)
    )
    return Picture(x - GAP, HEAD + ROW * len(transitions) + GAP, tuple(bands), tuple(boxes), arrows)


def _arrow(one: Transition, y: int, middles: dict[State, int]) -> Arrow:
    dots = tuple(middles[state] for state in one.since if state is not one.to)
    whose = ", ".join(WORDS_OF[by] for by in one.by)
    return Arrow(one, words_of(one.event), whose, y, dots, middles[one.to], one.to in one.since)


def words_of(name: str) -> str:
    """A name of the code, as words."""
    return name.replace("_", " ")

"""Finding a neighborhood by what a person typed: without regard to case, accents and small slips."""

import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Protocol, TypeVar

CLOSENESS = 0.75


class Named(Protocol):
    """Something with a name."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


def find_by_name(places: Sequence[T], asked: str) -> list[T]:
    """The places a name may mean: the one itself, else those that begin so, hold it, or sound near."""
    wanted = plain(asked)
    if not wanted:
        return []
    names = [(place, plain(place.name)) for place in places]
    return (
        [place for place, name in names if name == wanted]
        or [place for place, name in names if name.startswith(wanted)]
        or [place for place, name in names if f" {wanted}" in f" {name}"]
        or [place for place, name in names if wanted.replace(" ", "") in name.replace(" ", "")]
        or _close(names, wanted)
    )


def plain(name: str) -> str:
    """A name without case, accents and signs: "Éagle-Rock " is "eagle rock"."""
    parts = unicodedata.normalize("NFKD", name).casefold()
    letters = (" " if not part.isalnum() else part for part in parts if not unicodedata.combining(part))
    return " ".join("".join(letters).split())


def _close(names: Sequence[tuple[T, str]], wanted: str) -> list[T]:
    near = get_close_matches(wanted, [name for _, name in names], n=5, cutoff=CLOSENESS)
    return [place for place, name in names if name in near]

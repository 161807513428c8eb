"""What can have been done to the trail, and what it looks like. Pure: rows are passed in.

The chain tells of what was changed in place. Whoever writes the whole chain anew leaves no
break in it; then a checkpoint differs. Whoever has the signing key too can make the checkpoints
fit; then what the outside witness has differs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.audit.digests import digest_over


class Kind(StrEnum):
    """What was done. The order is how sure the place is: the first is told first."""

    EDITED = "edited"
    MISSING = "missing"
    INSERTED = "inserted"
    SWAPPED = "swapped"
    RESIGNED = "resigned"
    CUT_OFF = "cut off"
    REWRITTEN = "rewritten"
    CHECKPOINT = "checkpoint"


_SAID = {
    Kind.EDITED: "was changed after it was linked, or the one before it was",
    Kind.MISSING: "was taken out",
    Kind.INSERTED: "was put in between",
    Kind.SWAPPED: "changed places",
    Kind.RESIGNED: "is not what the witness was told: the chain and its checkpoints were written anew",
    Kind.CUT_OFF: "is gone: the end of the trail was cut off",
    Kind.REWRITTEN: "was written anew: every digest fits the next, but not the checkpoint",
    Kind.CHECKPOINT: "has a checkpoint that was changed or taken out",
}


@dataclass(frozen=True, order=True)
class Damage:
    """One thing that was done: between `position`, the first it can be, and `until`, the last."""

    kind: Kind
    position: int
    until: int

    def __str__(self) -> str:
        many = self.until > self.position
        if self.kind is Kind.SWAPPED:
            return f"The entries at positions {self.position} and {self.until} {_SAID[self.kind]}."
        where = f"positions {self.position} to {self.until}" if many else f"position {self.position}"
        if not many:
            return f"The entry at {where} {_SAID[self.kind]}."
        return f"Of the entries at {where} at least one {_SAID[self.kind]}."


@dataclass(frozen=True)
class Linked:
    """A linked entry as the database has it, whatever that is; what cannot be read has no `said`."""

    position: int
    digest: str | None
    said: list[Any] | None

    def follows(self, previous: str) -> bool:
        """Whether its digest is the one it must have after `previous`."""
        return self.digest is not None and self.digest == self.digest_after(previous)

    def digest_after(self, previous: str) -> str:
        """The digest it must have after `previous`; empty when it cannot be read."""
        return digest_over(previous, self.said)


def what_broke(
    here: Linked, previous: str, ahead: Iterable[Linked], checkpoint: tuple[int, str] | None
) -> Damage:
    """What was done where the chain breaks.

    `here` does not follow `previous`; `ahead` is everything after it, in order; `checkpoint` the
    next position and digest that were signed. Where an entry that belongs here stands further on,
    it was moved, or others were put before it. Otherwise the checkpoint tells whether the
    entries after it were moved up or down.
    """
    first: Linked | None = None
    found: Linked | None = None
    moved_to = here.position if checkpoint and here.digest == checkpoint[1] else None
    for entry in ahead:
        first = first or entry
        if found is not None:
            follower = here if found.position == here.position + 1 else first
            return _moved(here, found, follower)
        belongs = entry.digest_after(previous)
        if belongs and belongs == here.digest:
            return Damage(Kind.SWAPPED, here.position, entry.position)
        if belongs and belongs == entry.digest:
            found = entry
        if checkpoint and entry.digest == checkpoint[1]:
            moved_to = entry.position
    if found is not None:
        return _moved(here, found, here if found.position == here.position + 1 else first)
    if checkpoint and moved_to is not None and moved_to < checkpoint[0]:
        return Damage(Kind.MISSING, here.position, here.position + checkpoint[0] - moved_to - 1)
    if checkpoint and moved_to is not None and moved_to > checkpoint[0]:
        # The new one was linked to the one before it; what breaks is the entry behind it.
        return Damage(Kind.INSERTED, here.position - (moved_to - checkpoint[0]), here.position - 1)
    return Damage(Kind.EDITED, here.position, here.position)


def _moved(here: Linked, found: Linked, follower: Linked | None) -> Damage:
    """The one that belongs here was found further on: both changed places, or others were put before it."""
    if follower and found.digest and follower.follows(found.digest):
        return Damage(Kind.SWAPPED, here.position, found.position)
    return Damage(Kind.INSERTED, here.position, found.position - 1)


def surest(damages: Sequence[Damage]) -> list[Damage]:
    """The same, each once, that which is told first first: by how sure its place is, then by its place."""
    order = list(Kind)
    return sorted(set(damages), key=lambda one: (order.index(one.kind), one.position))

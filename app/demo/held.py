"""One call as the dispatch centre has it: what was said about it, who owns it, and how it ended."""

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from app.demo.contract import ENDED, Lie, View
from app.foundation import clock


class Owner(StrEnum):
    """Who owns a call, as the centre sees it."""

    DISPATCH = "dispatch"
    OFFICE = "office"


class End(StrEnum):
    """Where a call stands in the centre's book. At the end of a run none is open."""

    OWNED = "accepted and owned"
    HANDED_BACK = "handed back"
    CANCELLED = "cancelled"
    KEPT = "kept"
    OPEN = "open"


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a call: when, what, and how both sides then saw its owner."""

    at: str
    what: str
    state: str
    custody: str
    owner: str


@dataclass
class Held:
    """One call as the centre has it. `state` and `custody` are the last word of the office."""

    number: str
    incident_id: str
    is_live: bool
    offered_at: float
    dice: Random = field(default_factory=Random)
    referral_id: str = ""
    state: str = ""
    custody: str = ""
    owner: Owner = Owner.DISPATCH
    version: int = 0
    asked_at: float = 0.0
    heard_at: float = 0.0
    last_heard_at: float = 0.0
    let_go_at: float | None = None
    kept_at: float | None = None
    has_confirmed: bool = False
    has_yes: bool = False
    was_taken_back: bool = False
    had_two_owners: bool = False
    is_silent: bool = False
    is_earlier: bool = False
    """Of an earlier run: nothing of it is remembered, and its end is none of ours."""
    is_double: bool = False
    """Told again, and the office says it is a call that it has: that one is looked after."""
    doing: set[str] = field(default_factory=set)
    """What the centre is about to do, so that it does each thing once."""
    said: dict[str, str] = field(default_factory=dict)
    """What the office may have heard of us: a message's id and what it says."""
    answers: dict[str, str] = field(default_factory=dict)
    """Which referral each message was answered with."""
    known_at_first: dict[str, str] = field(default_factory=dict)
    """The office's id of the call as we knew it when each message was first sent; empty: not yet."""
    told: set[str] = field(default_factory=set)
    """The kinds of callbacks that came."""
    unannounced: dict[str, float] = field(default_factory=dict)
    lies: dict[Lie, str] = field(default_factory=dict)
    row: View | None = None
    entries: list[Entry] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.state in ENDED

    @property
    def end(self) -> End:
        if self.owner is Owner.OFFICE:
            return End.OWNED
        if self.state in {"handed_back", "cancelled"}:
            return End.HANDED_BACK if self.state == "handed_back" else End.CANCELLED
        return End.KEPT if self.was_taken_back else End.OPEN

    def next_version(self, now: int) -> int:
        """The version of what is told next: the time, and always more than the last."""
        self.version = max(self.version + 1, now)
        return self.version

    def note(self, what: str) -> None:
        """Put one thing on the time line of this call."""
        at = clock.now().isoformat(timespec="milliseconds")
        self.entries.append(Entry(at, what, self.state, self.custody, self.owner.value))

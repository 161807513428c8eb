"""The dispatch centre's own view of who owns each call. It never asks us what it should believe.

One rule: the centre lets go only on a 2xx that says custody is the office's. If it has let
go and the office says the call is the centre's, nobody owns it, and that is shouted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import RLock
from typing import Any

DEAD_MAN_SECONDS = {True: 60.0, False: 20 * 60.0}
"""A call without a confirmed yes by then is treated as never offered; True: the caller is held."""
SILENT_SECONDS = 120.0

ENDED = frozenset({"handed_back", "cancelled", "closed"})
_NOT_YET_OURS = frozenset({"in_review", "offered", "accept_pending"})


class Owner(StrEnum):
    """Who owns a call, as the centre sees it."""

    DISPATCH = "dispatch"
    OFFICE = "office"


@dataclass
class Held:
    """One call as the centre has it. `state` is the last word of the office."""

    number: str
    incident_id: str
    is_live: bool
    offered_at: float
    referral_id: str = ""
    state: str = "sent"
    custody: str = "dispatch"
    owner: Owner = Owner.DISPATCH
    asked_at: float = 0.0
    heard_at: float = 0.0
    has_confirmed: bool = False
    was_taken_back: bool = False
    doing: set[str] = field(default_factory=set)
    """What the centre is about to do, so that it does each thing once."""

    @property
    def is_over(self) -> bool:
        return self.state in ENDED


class Ledger:
    """All calls of one run, safe to use from several threads."""

    def __init__(self) -> None:
        self._calls: list[Held] = []
        self._lock = RLock()

    def offered(self, number: str, incident_id: str, *, is_live: bool, now: float) -> Held:
        """A call is about to be offered; it is the centre's."""
        held = Held(number, incident_id, is_live, offered_at=now, heard_at=now)
        with self._lock:
            self._calls.append(held)
        return held

    def adopt(self, referral_id: str, now: float) -> Held:
        """A call of an earlier run, of which nothing is remembered: never confirmed, always taken back."""
        held = self.offered(referral_id, "", is_live=False, now=now)
        held.doing.add("confirm")
        return held

    def heard(self, held: Held, said: Mapping[str, Any], *, asked_at: float, now: float) -> str | None:
        """The office said how a call stands. Returns what cannot be explained, in words.

        An answer to an older question than the last one heard is stale and says nothing.
        """
        with self._lock:
            if asked_at < held.asked_at:
                return None
            held.asked_at, held.heard_at = asked_at, now
            held.referral_id = str(said.get("id") or held.referral_id)
            held.state, held.custody = str(said.get("state", held.state)), str(said.get("custody"))
            if held.has_confirmed and not held.was_taken_back and held.custody == "office":
                held.owner = Owner.OFFICE
            if held.owner is Owner.OFFICE and held.custody == "dispatch":
                return "we let go, and the office says it is ours"
            return None

    def confirming(self, held: Held) -> None:
        """The centre has recorded our yes and says so; it lets go when that is answered."""
        with self._lock:
            held.has_confirmed = True

    def taken_back(self, held: Held) -> None:
        """The centre has the call again, before it says so."""
        with self._lock:
            held.owner, held.was_taken_back = Owner.DISPATCH, True

    def begin(self, held: Held, what: str) -> bool:
        """Whether this is the first to do a thing to a call."""
        with self._lock:
            is_first = what not in held.doing
            held.doing.add(what)
            return is_first

    def find(self, referral_id: str, incident_id: str) -> Held | None:
        """The call a callback speaks of. One whose answer was lost is known by its incident."""
        with self._lock:
            same = (one for one in self._calls if referral_id == one.referral_id)
            lost = (one for one in self._calls if not one.referral_id and one.incident_id == incident_id)
            return next(same, None) or next(lost, None)

    def list_open(self) -> list[Held]:
        """Calls the office has and that are not over, oldest first."""
        with self._lock:
            return [one for one in self._calls if one.referral_id and not one.is_over]

    def overdue(self, now: float) -> list[Held]:
        """Calls whose dead-man clock ran out: no confirmed yes in time."""
        with self._lock:
            return [
                one
                for one in self._calls
                if one.state in _NOT_YET_OURS
                and one.owner is Owner.DISPATCH
                and not one.was_taken_back
                and now - one.offered_at > DEAD_MAN_SECONDS[one.is_live]
            ]

    def silent(self, now: float) -> list[Held]:
        """Calls that the office owns and that nobody could say anything of for two minutes."""
        return [
            one
            for one in self.list_open()
            if one.owner is Owner.OFFICE and now - one.heard_at > SILENT_SECONDS
        ]

    def count(self) -> dict[str, int]:
        """How many calls stand in each state."""
        counted: dict[str, int] = {}
        with self._lock:
            for one in self._calls:
                counted[one.state] = counted.get(one.state, 0) + 1
        return dict(sorted(counted.items()))

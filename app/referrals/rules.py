"""The clocks of a referral. Pure.

The office always gives up before dispatch does: a live call waits 40 seconds for a person
here and 15 for dispatch's word, and dispatch's own dead-man clock stands at 60
(security.md C.3). Reading a call, offering it and reading it again share the 40 seconds.

A centre whose dead-man clock stands elsewhere has clocks of its own, under the same rule.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from app.referrals.models import CallKind, State


@dataclass(frozen=True)
class Clocks:
    """The clocks of one centre for one kind of call, in seconds."""

    dead_man_seconds: int
    """Dispatch's own, which rings in its system: without our confirmed yes the call was never sent (C.3)."""
    accept_seconds: int
    """From the call until a named person here has said yes (T_accept of C.3)."""
    review_seconds: int
    """For a person to read it first. C.3 has no such clock: it is our part of the time to accept."""
    confirm_seconds: int
    """From our yes until dispatch has confirmed it (C.3)."""
    contact_seconds: int
    """From the confirmation until somebody is on the way or has made contact; then it is re-offered.

    C.3: 5 minutes live. Of the 4 hours of a call-back half an hour is left for the re-offer.
    """
    re_offer_seconds: int
    """From the re-offer until the call goes back: 8 minutes, or 4 hours, after the confirmation (C.3)."""
    on_the_way_seconds: int
    """How long somebody may be on the way before it is re-offered. Ours: half an hour across the city."""


DEFAULTS: dict[CallKind, Clocks] = {
    CallKind.LIVE: Clocks(
        dead_man_seconds=60,
        accept_seconds=40,
        review_seconds=40,
        confirm_seconds=15,
        contact_seconds=300,
        re_offer_seconds=180,
        on_the_way_seconds=1_800,
    ),
    CallKind.CALLBACK: Clocks(
        dead_man_seconds=1_200,
        accept_seconds=900,
        review_seconds=180,
        confirm_seconds=60,
        contact_seconds=12_600,
        re_offer_seconds=1_800,
        on_the_way_seconds=12_600,
    ),
}
"""The clocks of a centre that has said nothing else (C.3)."""

MARGIN_SECONDS = 5
"""How long before dispatch's dead-man clock we have given up at the latest: 60 - (40 + 15), as C.3 has it."""
LONGEST_SECONDS = 86_400
"""No clock is longer than a day. Ours: a longer one is a slip of the hand."""
PARKED_SECONDS = 30
"""How long what came before its call waits for the call."""
PHONE_DISPATCH_SECONDS = 30
"""A hand-back that dispatch has not acknowledged by then is told by telephone."""
TOLD_READABLE_HOURS = 24
"""How long after acceptance a coordinator may still read what dispatch told us (security.md B)."""

NO_CONTACT = "no_contact_yet"
"""The reason of a call that was re-offered because nobody had reached the people."""


def faults_of(clocks: Clocks) -> Mapping[str, str]:
    """What is wrong with a set of clocks, by field; nothing where we give up before dispatch does.

    The table `client_clocks` holds the same, each check under the name of its field.
    """
    found = {
        name: f"must be from 1 to {LONGEST_SECONDS} seconds"
        for name, seconds in asdict(clocks).items()
        if not 1 <= seconds <= LONGEST_SECONDS
    }
    ours = clocks.accept_seconds + clocks.confirm_seconds
    if ours + MARGIN_SECONDS > clocks.dead_man_seconds:
        found.setdefault(
            "accept_seconds",
            f"with confirm_seconds it makes {ours}, which must end {MARGIN_SECONDS} seconds before"
            f" dispatch's own clock of {clocks.dead_man_seconds}",
        )
    if clocks.review_seconds > clocks.accept_seconds:
        found.setdefault("review_seconds", f"must not be longer than accept_seconds, {clocks.accept_seconds}")
    return found


def clock_seconds(state: State, clocks: Clocks, reason: str | None = None) -> int | None:
    """The clock that a state starts, in seconds; None where nothing runs out."""
    is_re_offered = reason == NO_CONTACT
    seconds = {
        State.PARKED: PARKED_SECONDS,
        State.IN_REVIEW: clocks.review_seconds,
        State.OFFERED: clocks.accept_seconds,
        State.ACCEPT_PENDING: clocks.confirm_seconds,
        State.ACCEPTED: clocks.re_offer_seconds if is_re_offered else clocks.contact_seconds,
        State.CONTACTING: clocks.on_the_way_seconds,
        State.HANDING_BACK: PHONE_DISPATCH_SECONDS,
    }
    return seconds.get(state)


def due_at(
    state: State, clocks: Clocks, reason: str | None, *, promised: datetime | None, now: datetime
) -> datetime | None:
    """When the clock that a state starts now runs out.

    While it waits for us, never later than `promised`: how long dispatch was told to wait, if it was.
    """
    seconds = clock_seconds(state, clocks, reason)
    if seconds is None:
        return None
    due = now + timedelta(seconds=seconds)
    is_waiting_for_us = state in (State.IN_REVIEW, State.OFFERED)
    return min(due, promised) if promised and is_waiting_for_us else due

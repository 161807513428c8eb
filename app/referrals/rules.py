"""The clocks of a referral. Pure.

The office always gives up before dispatch does: a live call waits 40 seconds for a person
here and 15 for dispatch's word, and dispatch's own dead-man clock stands at 60
(security.md C.3). Reading a call, offering it and reading it again share the 40 seconds.
"""

from datetime import datetime, timedelta

from app.referrals.models import CallKind, State

ACCEPT_SECONDS = {CallKind.LIVE: 40, CallKind.CALLBACK: 900}
REVIEW_SECONDS = {CallKind.LIVE: 40, CallKind.CALLBACK: 180}
CONFIRM_SECONDS = {CallKind.LIVE: 15, CallKind.CALLBACK: 60}
PARKED_SECONDS = 30
"""How long what came before its call waits for the call."""
CONTACT_SECONDS = {CallKind.LIVE: 300, CallKind.CALLBACK: 12_600}
"""From dispatch's confirmation until somebody is on the way or has made contact; then it is re-offered."""
RE_OFFER_SECONDS = {CallKind.LIVE: 180, CallKind.CALLBACK: 1_800}
"""From the re-offer until the call goes back: 8 minutes, or 4 hours, after the confirmation."""
ON_THE_WAY_SECONDS = {CallKind.LIVE: 1_800, CallKind.CALLBACK: 12_600}
"""How long somebody may be on the way before the call is re-offered."""
PHONE_DISPATCH_SECONDS = 30
"""A hand-back that dispatch has not acknowledged by then is told by telephone."""
TOLD_READABLE_HOURS = 24
"""How long after acceptance a coordinator may still read what dispatch told us (security.md B)."""

NO_CONTACT = "no_contact_yet"
"""The reason of a call that was re-offered because nobody had reached the people."""


def clock_seconds(state: State, kind: CallKind, reason: str | None = None) -> int | None:
    """The clock that a state starts, in seconds; None where nothing runs out."""
    contact = RE_OFFER_SECONDS if reason == NO_CONTACT else CONTACT_SECONDS
    clocks = {
        State.PARKED: PARKED_SECONDS,
        State.IN_REVIEW: REVIEW_SECONDS[kind],
        State.OFFERED: ACCEPT_SECONDS[kind],
        State.ACCEPT_PENDING: CONFIRM_SECONDS[kind],
        State.ACCEPTED: contact[kind],
        State.CONTACTING: ON_THE_WAY_SECONDS[kind],
        State.HANDING_BACK: PHONE_DISPATCH_SECONDS,
    }
    return clocks.get(state)


def due_at(
    state: State, kind: CallKind, reason: str | None, *, promised: datetime | None, now: datetime
) -> datetime | None:
    """When the clock that a state starts now runs out.

    While it waits for us, never later than `promised`: how long dispatch was told to wait, if it was.
    """
    seconds = clock_seconds(state, kind, reason)
    if seconds is None:
        return None
    due = now + timedelta(seconds=seconds)
    is_waiting_for_us = state in (State.IN_REVIEW, State.OFFERED)
    return min(due, promised) if promised and is_waiting_for_us else due

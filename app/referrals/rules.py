"""The clocks and owners of a referral. Pure.

The office always gives up before dispatch does: a live call waits 40 seconds for a person
here and 15 for dispatch's word, and dispatch's own dead-man clock stands at 60
(security.md C.3).
"""

from app.referrals.models import CallKind, Custody, Source, State

ACCEPT_SECONDS = {CallKind.LIVE: 40, CallKind.CALLBACK: 900}
REVIEW_SECONDS = {CallKind.LIVE: 40, CallKind.CALLBACK: 180}
CONFIRM_SECONDS = {CallKind.LIVE: 15, CallKind.CALLBACK: 60}
PHONE_DISPATCH_SECONDS = 30
"""A hand-back that dispatch has not acknowledged by then is told by telephone."""
TOLD_READABLE_HOURS = 24
"""How long after acceptance a coordinator may still read what dispatch told us (security.md B)."""

WAITING_STATES = (State.IN_REVIEW, State.OFFERED)
ACCEPTED_STATES = (State.ACCEPT_PENDING, State.ACCEPTED)
OURS_STATES = (State.ACCEPT_PENDING, State.ACCEPTED, State.HANDING_BACK, State.CANCEL_REQUESTED)


def clock_seconds(state: State, kind: CallKind) -> int | None:
    """The clock that a state starts, in seconds; None where nothing runs out."""
    clocks = {
        State.IN_REVIEW: REVIEW_SECONDS[kind],
        State.OFFERED: ACCEPT_SECONDS[kind],
        State.ACCEPT_PENDING: CONFIRM_SECONDS[kind],
        State.HANDING_BACK: PHONE_DISPATCH_SECONDS,
    }
    return clocks.get(state)


def owner_in(state: State, source: Source) -> Custody:
    """Who owns a call in a state. What a resident brings us never had another owner than us."""
    if source is not Source.DISPATCH:
        return Custody.OFFICE
    owners = {
        State.ACCEPT_PENDING: Custody.BOTH,
        State.ACCEPTED: Custody.OFFICE,
        State.HANDING_BACK: Custody.BOTH,
        State.CANCEL_REQUESTED: Custody.BOTH,
        State.CLOSED: Custody.OFFICE,
    }
    return owners.get(state, Custody.DISPATCH)

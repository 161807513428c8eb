"""The states of a referral and the events that lead from one to the next (security.md C.2). Pure.

This table is the contract: `actions.move` takes no other way, the documentation draws its
picture from it, and the checker of the invariant walks it. Being received and being
screened are moments, not states that a call can be found in: both happen inside the one
transaction that keeps the call, and each leaves its own dated row (message and screening).
"""

from dataclasses import dataclass
from enum import StrEnum

from app.referrals.models import Custody, Source, State


class Event(StrEnum):
    """What can happen to a referral after it was first kept."""

    SCREENED = "screened"
    RISK_ROSE = "risk_rose"
    READ_AND_OFFERED = "read_and_offered"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    SET_OUT = "set_out"
    CONTACTED = "contacted"
    NO_CONTACT = "no_contact"
    GIVEN_BACK = "given_back"
    ACKNOWLEDGED = "acknowledged"
    CANCELLED = "cancelled"
    CANCEL_AGREED = "cancel_agreed"
    CLOSED = "closed"


class By(StrEnum):
    """Whose word an event is."""

    PERSON = "person"
    DISPATCH = "dispatch"
    SOFTWARE = "software"


@dataclass(frozen=True)
class Transition:
    """One arrow: from these states, by this event, to that state."""

    event: Event
    since: tuple[State, ...]
    to: State
    by: tuple[By, ...]


WAITING_STATES = (State.PARKED, State.IN_REVIEW, State.OFFERED)
"""Dispatch has not let go, and nobody here has said yes."""
WITH_US_STATES = (State.ACCEPTED, State.CONTACTING, State.ENGAGED)
"""Dispatch has confirmed our yes: the call is ours alone."""
_AFTER_YES = (State.ACCEPT_PENDING, *WITH_US_STATES)

FIRST_STATES = (State.PARKED, State.IN_REVIEW, State.OFFERED, State.HANDED_BACK, State.CANCELLED)
"""What the first message about an incident can make of it. Dispatch is the owner in each."""

_D, _P, _S = By.DISPATCH, By.PERSON, By.SOFTWARE

TRANSITIONS: tuple[Transition, ...] = (
    Transition(Event.SCREENED, (State.PARKED,), State.IN_REVIEW, (_S,)),
    Transition(Event.SCREENED, (State.PARKED,), State.OFFERED, (_S,)),
    Transition(Event.SCREENED, (State.PARKED,), State.HANDED_BACK, (_S,)),
    Transition(Event.RISK_ROSE, (State.OFFERED,), State.IN_REVIEW, (_S,)),
    Transition(Event.READ_AND_OFFERED, (State.IN_REVIEW,), State.OFFERED, (_P,)),
    Transition(Event.ACCEPTED, (State.OFFERED,), State.ACCEPT_PENDING, (_P,)),
    Transition(Event.CONFIRMED, (State.ACCEPT_PENDING,), State.ACCEPTED, (_D,)),
    Transition(Event.SET_OUT, (State.ACCEPTED,), State.CONTACTING, (_P,)),
    Transition(Event.CONTACTED, (State.ACCEPTED, State.CONTACTING), State.ENGAGED, (_P,)),
    Transition(Event.NO_CONTACT, (State.ACCEPTED, State.CONTACTING), State.ACCEPTED, (_S,)),
    # Before a person here said yes dispatch never let go: it needs no word from it to be safe.
    Transition(Event.GIVEN_BACK, WAITING_STATES, State.HANDED_BACK, (_P, _S)),
    # After it dispatch may have let go: we keep our duty until it says that it has the call.
    Transition(Event.GIVEN_BACK, (*_AFTER_YES, State.CANCEL_REQUESTED), State.HANDING_BACK, (_P, _S)),
    Transition(Event.ACKNOWLEDGED, (State.HANDING_BACK,), State.HANDED_BACK, (_D,)),
    Transition(Event.CANCELLED, WAITING_STATES, State.CANCELLED, (_D,)),
    Transition(Event.CANCELLED, _AFTER_YES, State.CANCEL_REQUESTED, (_D,)),
    Transition(Event.CANCEL_AGREED, (State.CANCEL_REQUESTED,), State.CANCELLED, (_P,)),
    Transition(Event.CLOSED, WITH_US_STATES, State.CLOSED, (_P,)),
)

_OWNERS: dict[State, Custody] = {
    State.PARKED: Custody.DISPATCH,
    State.IN_REVIEW: Custody.DISPATCH,
    State.OFFERED: Custody.DISPATCH,
    State.ACCEPT_PENDING: Custody.BOTH,
    State.ACCEPTED: Custody.OFFICE,
    State.CONTACTING: Custody.OFFICE,
    State.ENGAGED: Custody.OFFICE,
    State.HANDING_BACK: Custody.BOTH,
    State.HANDED_BACK: Custody.DISPATCH,
    State.CANCEL_REQUESTED: Custody.BOTH,
    State.CANCELLED: Custody.DISPATCH,
    State.CLOSED: Custody.OFFICE,
}


def owner_in(state: State, source: Source) -> Custody:
    """Who owns a call in a state. What a resident brings us never had another owner than us."""
    return _OWNERS[state] if source is Source.DISPATCH else Custody.OFFICE


def arrow(event: Event, state: State, source: Source, to: State | None = None) -> Transition | None:
    """The arrow that an event takes from a state; None where there is none.

    `to` is needed where one event leads to several states. A resident's call has no dispatch
    that confirms: a person's yes makes it ours at once.
    """
    if source is not Source.DISPATCH and event is Event.ACCEPTED:
        return Transition(event, (State.OFFERED,), State.ACCEPTED, (By.PERSON,))
    return next(
        (
            one
            for one in TRANSITIONS
            if one.event is event and state in one.since and (to is None or one.to is to)
        ),
        None,
    )


def states_before(event: Event) -> tuple[State, ...]:
    """Every state that an event is possible in."""
    return tuple(dict.fromkeys(state for one in TRANSITIONS if one.event is event for state in one.since))

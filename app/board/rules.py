"""What a call's state means on the board: its bay, its clock, and whose turn it is. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.assignments.models import Step
from app.referrals.models import ENDED_STATES, Custody, Referral, Source, State
from app.referrals.transitions import WITH_US_STATES

LAPSE_LINE_SECONDS = 30
"""A call this near to its end is said on top of every page of the board."""
SHORT_CLOCK_SECONDS = 60
"""A clock this short is pressing from its first second."""


class Bay(StrEnum):
    """Where a strip stands in the rack."""

    WAITING = "waiting"
    OURS = "ours"
    BACK = "back"


class Act(StrEnum):
    """What a coordinator can do with a call."""

    ACCEPT = "accept"
    DECIDE = "decide"
    OFFER = "offer"
    GIVE_BACK = "give_back"
    READ = "read"
    SEND = "send"
    PHONE = "phone"
    DISPATCH_HAS_IT = "dispatch_has_it"
    STAND_DOWN = "stand_down"


KEYS: dict[Act, str] = {
    Act.ACCEPT: "A",
    Act.DECIDE: "Enter",
    Act.OFFER: "O",
    Act.GIVE_BACK: "R",
    Act.READ: "Enter",
    Act.SEND: "S",
    Act.PHONE: "P",
    Act.DISPATCH_HAS_IT: "D",
    Act.STAND_DOWN: "T",
}


class Wait(StrEnum):
    """Whom a call waits for when there is nothing for a coordinator to press."""

    DISPATCH_CONFIRMS = "dispatch_confirms"
    TEAM_ANSWERS = "team_answers"
    TEAM_SETS_OFF = "team_sets_off"
    TEAM_ARRIVES = "team_arrives"
    TEAM_AT_WORK = "team_at_work"
    CASE_GOES_ON = "case_goes_on"
    COORDINATOR = "coordinator"
    NOTHING = "nothing"


class Tone(StrEnum):
    """How loud a strip is. Weight and word change before color does."""

    CALM = "calm"
    DUE = "due"
    LAPSING = "lapsing"
    LAPSED = "lapsed"


class ClockKind(StrEnum):
    """What runs out."""

    TO_ANSWER = "to_answer"
    TO_DECIDE = "to_decide"
    RESIDENT_WAITS = "resident_waits"
    TO_CONFIRM = "to_confirm"
    TO_CONTACT = "to_contact"
    THEN_PHONE = "then_phone"


@dataclass(frozen=True)
class Turn:
    """Whose turn it is: ours, with the next act, or somebody else's."""

    bay: Bay
    next_act: Act | None = None
    waits_for: Wait | None = None
    others: tuple[Act, ...] = ()


@dataclass(frozen=True)
class Clock:
    """A clock that runs on a call, and how many seconds before its end it grows louder."""

    kind: ClockKind
    total_seconds: int
    due_seconds: int
    lapsing_seconds: int


_WAITS: dict[Step, Wait] = {
    Step.ASSIGNED: Wait.TEAM_ANSWERS,
    Step.ACKNOWLEDGED: Wait.TEAM_SETS_OFF,
    Step.EN_ROUTE: Wait.TEAM_ARRIVES,
    Step.ON_SCENE: Wait.TEAM_AT_WORK,
    Step.CONTACT_MADE: Wait.TEAM_AT_WORK,
    Step.NOT_FOUND: Wait.TEAM_AT_WORK,
    Step.REFUSED: Wait.TEAM_AT_WORK,
    Step.CLEAR: Wait.CASE_GOES_ON,
}
_TURNS: dict[State, Turn] = {
    State.PARKED: Turn(Bay.WAITING, waits_for=Wait.NOTHING),
    State.IN_REVIEW: Turn(Bay.WAITING, Act.DECIDE, others=(Act.GIVE_BACK,)),
    State.OFFERED: Turn(Bay.WAITING, Act.ACCEPT, others=(Act.GIVE_BACK, Act.READ)),
    State.ACCEPT_PENDING: Turn(Bay.WAITING, waits_for=Wait.DISPATCH_CONFIRMS, others=(Act.GIVE_BACK,)),
    State.HANDING_BACK: Turn(Bay.BACK, Act.PHONE, others=(Act.DISPATCH_HAS_IT,)),
    State.CANCEL_REQUESTED: Turn(Bay.BACK, Act.STAND_DOWN, others=(Act.READ,)),
    State.HANDED_BACK: Turn(Bay.BACK, waits_for=Wait.NOTHING),
    State.CANCELLED: Turn(Bay.BACK, waits_for=Wait.NOTHING),
    State.CLOSED: Turn(Bay.OURS, waits_for=Wait.NOTHING),
}


def turn_of(state: State, source: Source, step: Step | None, *, is_re_offered: bool = False) -> Turn:
    """Whose turn it is. `step` is where whoever was sent stands; None when nobody is on the call.

    `is_re_offered`: whoever was sent has not reached the people; somebody else must go.
    """
    turn = _turn_with_us(None if is_re_offered else step) if state in WITH_US_STATES else _TURNS[state]
    if source is Source.DISPATCH:
        return turn
    # What a resident brought has no dispatch to go back to.
    left = tuple(act for act in turn.others if act is not Act.GIVE_BACK)
    return Turn(turn.bay, turn.next_act, turn.waits_for, left)


def _turn_with_us(step: Step | None) -> Turn:
    wait = _WAITS.get(step) if step else None
    if wait is None:
        return Turn(Bay.OURS, Act.SEND, others=(Act.GIVE_BACK, Act.READ))
    return Turn(Bay.OURS, waits_for=wait, others=(Act.SEND, Act.GIVE_BACK))


def turn_for(turn: Turn, allowed: frozenset[Act]) -> Turn:
    """The same turn for a person who may do only these acts; the rest is a coordinator's."""
    others = tuple(act for act in turn.others if act in allowed)
    if turn.next_act is None or turn.next_act in allowed:
        return Turn(turn.bay, turn.next_act, turn.waits_for, others)
    if Act.READ not in others:
        others = (*others, Act.READ)
    return Turn(turn.bay, None, Wait.COORDINATOR, others)


def clock_of(state: State, source: Source, total_seconds: int | None) -> Clock | None:
    """The clock of a state, and when it grows loud; None where nothing runs out."""
    kinds = {
        State.IN_REVIEW: ClockKind.TO_DECIDE,
        State.OFFERED: ClockKind.TO_ANSWER,
        State.ACCEPT_PENDING: ClockKind.TO_CONFIRM,
        State.ACCEPTED: ClockKind.TO_CONTACT,
        State.CONTACTING: ClockKind.TO_CONTACT,
        State.HANDING_BACK: ClockKind.THEN_PHONE,
    }
    kind = kinds.get(state)
    if kind is None or not total_seconds:
        return None
    due = total_seconds if total_seconds <= SHORT_CLOCK_SECONDS else min(120, total_seconds // 2)
    if kind in (ClockKind.TO_ANSWER, ClockKind.TO_DECIDE):
        if source is Source.DISPATCH:
            return Clock(kind, total_seconds, due, LAPSE_LINE_SECONDS)
        return Clock(ClockKind.RESIDENT_WAITS, total_seconds, due, 0)
    if kind is ClockKind.TO_CONTACT:
        return Clock(kind, total_seconds, due, LAPSE_LINE_SECONDS)
    if kind is ClockKind.TO_CONFIRM:
        return Clock(kind, total_seconds, total_seconds // 3, 0)  # dispatch's turn: nothing to press
    return Clock(kind, total_seconds, due, 0)


def tone_of(state: State, clock: Clock | None, seconds_left: float) -> Tone:
    """How loud a strip is now. A hand-back that nobody has answered stays loud until it is."""
    if state in ENDED_STATES:
        return Tone.LAPSED
    if clock is None:
        return Tone.CALM
    if seconds_left <= 0:
        return Tone.LAPSING if clock.kind is ClockKind.THEN_PHONE else Tone.LAPSED
    if seconds_left <= clock.lapsing_seconds:
        return Tone.LAPSING
    return Tone.DUE if seconds_left <= clock.due_seconds else Tone.CALM


def seconds_left(due_at: datetime | None, now: datetime) -> float:
    """Seconds until a clock ends; none left where no clock runs."""
    return (due_at - now).total_seconds() if due_at else 0.0


def acts_on_page(turn: Turn, *, is_offerable: bool) -> tuple[Act, ...]:
    """What the page of one call lets this person do, the next act first; reading it, they are there."""
    if turn.next_act is Act.DECIDE:  # reading is done: to return is always safe, so it comes first
        offer = (Act.OFFER,) if is_offerable else ()
        return (*turn.others, *offer)
    acts = (turn.next_act, *turn.others) if turn.next_act else turn.others
    return tuple(act for act in acts if act is not Act.READ)


def may_offer(state: State, source: Source, *, has_team: bool) -> bool:
    """Whether a call in review can be offered: with no team that covers the place, it goes back.

    What a resident brought has nowhere to go back to, and waits here until somebody can.
    """
    return state is State.IN_REVIEW and (has_team or source is not Source.DISPATCH)


def most_pressing(referrals: Iterable[Referral], now: datetime) -> Referral | None:
    """The call for the lapse line: the one nearest its end among those that are lapsing now."""

    def is_lapsing(one: Referral) -> bool:
        clock = clock_of(one.state, one.source, one.clock_seconds)
        return tone_of(one.state, clock, seconds_left(one.clock_due_at, now)) is Tone.LAPSING

    lapsing = [one for one in referrals if one.clock_due_at and is_lapsing(one)]
    return min(lapsing, key=lambda one: (seconds_left(one.clock_due_at, now), one.id), default=None)


def owners_shown(custody: Custody | str | None) -> str:
    """The owner for the two slots. What is not known is shown as no owner, which is an alarm."""
    return custody.value if isinstance(custody, Custody) else ""

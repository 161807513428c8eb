"""What the work with a case allows: closing, following up, correcting. Pure; `now` is passed in."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from app.cases.contact_models import FollowUpKind, Heat, Result
from app.cases.models import CaseState, Outcome
from app.foundation.errors import DomainError
from app.foundation.office import LOS_ANGELES

AFTER_AGREEMENT: dict[FollowUpKind, int] = {
    FollowUpKind.AFTER_72_HOURS: 3,
    FollowUpKind.AFTER_7_DAYS: 7,
    FollowUpKind.AFTER_30_DAYS: 30,
    FollowUpKind.AFTER_90_DAYS: 90,
}
IDLE_AFTER = timedelta(days=14)
CLOCK_TOLERANCE = timedelta(minutes=5)


class CaseClosed(DomainError):
    """Closed is closed: nothing is added to it."""

    code = "case-closed"

    def __init__(self) -> None:
        super().__init__(_l("This case is closed."))


class NoAgreement(DomainError):
    """The outcome says agreement, and nobody wrote down a promise."""

    code = "no-agreement"

    def __init__(self) -> None:
        super().__init__(_l("Write down at least one promise first, or choose another outcome."))


class NotYet(DomainError):
    """What is logged has happened; a plan is a follow-up."""

    code = "in-the-future"

    def __init__(self) -> None:
        super().__init__(_l("Choose a time that has passed."))


class HasPassed(DomainError):
    """A plan lies ahead; what has happened is a contact."""

    code = "in-the-past"

    def __init__(self) -> None:
        super().__init__(_l("Choose today or a later day."))


def require_open(state: CaseState) -> None:
    """Nothing is added to a closed case."""
    if state is CaseState.CLOSED:
        raise CaseClosed


def require_closable(state: CaseState, outcome: Outcome, *, item_count: int) -> None:
    """A case closes once; with an agreement only when a promise is written down."""
    require_open(state)
    if outcome is Outcome.AGREEMENT and item_count == 0:
        raise NoAgreement


def require_passed(at: datetime, now: datetime) -> None:
    """A contact has happened. A phone's clock may run a little ahead of ours."""
    if at > now + CLOCK_TOLERANCE:
        raise NotYet


def require_ahead(day: date, now: datetime) -> None:
    """A follow-up is today or later, on Los Angeles clocks."""
    if day < day_of(now):
        raise HasPassed


def day_of(moment: datetime) -> date:
    """The day a moment falls on in Los Angeles."""
    return moment.astimezone(LOS_ANGELES).date()


def follow_ups_after(reached_on: date) -> list[tuple[FollowUpKind, date]]:
    """When to look again after an agreement: 3, 7, 30 and 90 days on."""
    return [(kind, reached_on + timedelta(days=days)) for kind, days in AFTER_AGREEMENT.items()]


def heat_of(result: Result, heat: Heat | None) -> Heat | None:
    """How hot it is can be said only when somebody was there to see it."""
    return None if result is Result.NOBODY_THERE else heat


def completes_follow_up(result: Result) -> bool:
    """Looking again is done when somebody answered, also when they said no."""
    return result in {Result.TALKED, Result.SAID_NO}


def is_idle(
    state: CaseState,
    *,
    last_contact_at: datetime | None,
    opened_at: datetime,
    next_due_on: date | None,
    now: datetime,
) -> bool:
    """Whether nobody has touched an open case for two weeks and nothing is planned in it.

    A planned day that has passed is no plan any more: the case shows as idle, never as cared for.
    """
    if state is CaseState.CLOSED:
        return False
    if next_due_on is not None and next_due_on >= day_of(now):
        return False
    return now - (last_contact_at or opened_at) > IDLE_AFTER


def choose_bird(birds: Sequence[str], taken: Collection[str]) -> str | None:
    """The first of these birds that the case does not have, best one with a letter of its own."""
    free = [bird for bird in birds if bird not in taken]
    letters = {bird[:1] for bird in taken}
    return next((bird for bird in free if bird[:1] not in letters), free[0] if free else None)


class NextAct(StrEnum):
    """The one thing a case asks for now."""

    FIRST_CONTACT = "first_contact"
    LOOK_AGAIN = "look_again"
    WAIT = "wait"
    PLAN = "plan"
    CLOSE = "close"


def next_act(state: CaseState, *, contact_count: int, due_on: Sequence[date], today: date) -> NextAct | None:
    """What comes next: reach people, look again when it is due, plan to, or close when all is watched."""
    if state is CaseState.CLOSED:
        return None
    if any(day <= today for day in due_on):
        return NextAct.LOOK_AGAIN
    if contact_count == 0:
        return NextAct.FIRST_CONTACT
    if due_on:
        return NextAct.WAIT
    return NextAct.CLOSE if state is CaseState.AGREED else NextAct.PLAN

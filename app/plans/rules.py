"""What a plan needs before residents are asked, and before it is adopted. Pure; the day is passed in."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from app.foundation.errors import DomainError
from app.foundation.office import LOS_ANGELES
from app.plans.models import PlanState, SectionKind
from app.plans.objective_models import ActionState
from app.plans.payloads import PlanContent

COMMENT_DAYS = 14
LONGEST_PLAN_YEARS = 10

NEXT_STATES: dict[PlanState, tuple[PlanState, ...]] = {
    PlanState.DRAFT: (PlanState.PUBLIC_COMMENT,),
    PlanState.PUBLIC_COMMENT: (PlanState.ADOPTED, PlanState.DRAFT),
    PlanState.ADOPTED: (PlanState.DRAFT,),
}
NEXT_ACTION_STATES: dict[ActionState, tuple[ActionState, ...]] = {
    ActionState.PLANNED: (ActionState.STARTED, ActionState.DONE, ActionState.STOPPED),
    ActionState.STARTED: (ActionState.DONE, ActionState.STOPPED),
    ActionState.DONE: (ActionState.STARTED,),
    ActionState.STOPPED: (ActionState.STARTED,),
}


class Missing(StrEnum):
    """What a draft still lacks."""

    SUMMARY = "summary"
    OBJECTIVE = "objective"


class NotFinished(DomainError):
    """Residents are asked about a plan that says something: a summary, and one promise with an owner."""

    code = "plan-not-finished"

    def __init__(self) -> None:
        super().__init__(
            _l("Write the summary, and one objective with an action that has an owner and a day.")
        )


class CommentTooShort(DomainError):
    """Two weeks at least: people read in the evening."""

    code = "comment-too-short"

    def __init__(self) -> None:
        super().__init__(_l("Choose a day at least 14 days from today."))


class CommentStillOpen(DomainError):
    """Whoever was promised time to comment gets it."""

    code = "comment-still-open"

    def __init__(self) -> None:
        super().__init__(_l("People may still comment. Adopt the plan after the last day."))


class WrongState(DomainError):
    """The plan has moved on, or is not there yet."""

    code = "wrong-plan-state"

    def __init__(self) -> None:
        super().__init__(_l("The plan does not stand where this can be done."))


class Adopted(DomainError):
    """What was adopted stays word for word; a change is a next version."""

    code = "plan-adopted"

    def __init__(self) -> None:
        super().__init__(_l("This plan is adopted. Begin the next version first."))


class NotAdopted(DomainError):
    """What nobody has agreed on is not carried out."""

    code = "plan-not-adopted"

    def __init__(self) -> None:
        super().__init__(_l("An action moves when the plan is adopted."))


class WrongStep(DomainError):
    """The action stands there already, or that does not follow."""

    code = "wrong-action-step"

    def __init__(self) -> None:
        super().__init__(_l("This does not follow from where the action stands now."))


class ReasonMissing(DomainError):
    """A promise is not dropped in silence."""

    code = "reason-missing"

    def __init__(self) -> None:
        super().__init__(_l("Write why it is dropped. Residents read it."))


def day_of(moment: datetime) -> date:
    """The day a moment falls on in Los Angeles."""
    return moment.astimezone(LOS_ANGELES).date()


def missing_for_comment(content: PlanContent) -> list[Missing]:
    """What must be written before residents are asked."""
    found = []
    if not content.words_of(SectionKind.SUMMARY).strip():
        found.append(Missing.SUMMARY)
    if not any(action.owner and action.due_on for one in content.objectives for action in one.actions):
        found.append(Missing.OBJECTIVE)
    return found


def first_comment_end(today: date) -> date:
    """The earliest last day to comment on a plan published today."""
    return today + timedelta(days=COMMENT_DAYS)


def require_publishable(state: PlanState, content: PlanContent, *, until: date, today: date) -> None:
    """Everyone is asked about a finished draft, for 14 days or more."""
    require_step(state, PlanState.PUBLIC_COMMENT)
    if missing_for_comment(content):
        raise NotFinished
    if until < first_comment_end(today):
        raise CommentTooShort


def is_comment_over(comment_from: date | None, comment_until: date | None, today: date) -> bool:
    """Whether the time to comment, 14 days at least, has passed."""
    if comment_from is None or comment_until is None:
        return False
    return today > comment_until and today >= first_comment_end(comment_from)


def require_adoptable(
    state: PlanState,
    content: PlanContent,
    *,
    comment_from: date | None,
    comment_until: date | None,
    today: date,
) -> None:
    """A plan is adopted whole, after its time to comment."""
    require_step(state, PlanState.ADOPTED)
    if missing_for_comment(content):
        raise NotFinished
    if not is_comment_over(comment_from, comment_until, today):
        raise CommentStillOpen


def require_step(state: PlanState, to: PlanState) -> None:
    """A plan goes the way that NEXT_STATES says."""
    if to not in NEXT_STATES[state]:
        raise WrongState


def require_writable(state: PlanState) -> None:
    """Nobody rewrites what was adopted."""
    if state is PlanState.ADOPTED:
        raise Adopted


def require_action_step(now: ActionState, to: ActionState, note: str, *, is_adopted: bool) -> None:
    """An adopted action moves on, and is dropped only with a reason."""
    if not is_adopted:
        raise NotAdopted
    if to not in NEXT_ACTION_STATES[now]:
        raise WrongStep
    if to is ActionState.STOPPED and not note.strip():
        raise ReasonMissing


def is_late(state: ActionState, due_on: date | None, today: date) -> bool:
    """Whether an action should be done by now and is not."""
    return state in {ActionState.PLANNED, ActionState.STARTED} and due_on is not None and due_on < today


class Standing(StrEnum):
    """How an objective stands, seen from its actions."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    LATE = "late"
    DONE = "done"
    DROPPED = "dropped"


def standing_of(actions: Sequence[tuple[ActionState, date | None]], today: date) -> Standing:
    """One late action makes an objective late; dropped ones no longer count."""
    live = [(state, due_on) for state, due_on in actions if state is not ActionState.STOPPED]
    if not live:
        return Standing.DROPPED if actions else Standing.NOT_BEGUN
    if any(is_late(state, due_on, today) for state, due_on in live):
        return Standing.LATE
    if all(state is ActionState.DONE for state, _ in live):
        return Standing.DONE
    return Standing.NOT_BEGUN if all(s is ActionState.PLANNED for s, _ in live) else Standing.UNDER_WAY


def is_current_base(based_on: int, newest: int) -> bool:
    """Whether a writer saw the newest words before writing theirs."""
    return based_on == newest

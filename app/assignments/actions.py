"""Sending a person, and keeping each step they take."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account
from app.accounts.permissions import RESPONDER_ROLES
from app.assignments import rules
from app.assignments.models import Assignment, AssignmentStep, Step
from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.roster.models import Responder


class AlreadySent(DomainError):
    """This person is on this call already."""

    def __init__(self) -> None:
        super().__init__("This person is on this call already.")


class WrongStep(DomainError):
    """Steps follow one another; none is skipped and none is taken back."""

    def __init__(self) -> None:
        super().__init__("This step does not follow. Look at how it stands now.")


class CannotBeSent(DomainError):
    """Only an active responder of the team can be sent, and nobody sends themselves."""

    def __init__(self) -> None:
        super().__init__("This person cannot be sent. Choose somebody of the team.")


def assign(
    *, referral_id: str | None, case_id: str | None, account_id: str, team_id: str | None, actor: Actor
) -> Assignment:
    """Send a person to a call. They see the case from the next moment on."""
    if account_id == actor.id or not _can_be_sent(account_id, team_id):
        raise CannotBeSent
    now = clock.now()
    assignment = Assignment(
        id=new_id(),
        referral_id=referral_id,
        case_id=case_id,
        account_id=account_id,
        team_id=team_id,
        assigned_by_id=actor.id,
        assigned_at=now,
        step=Step.ASSIGNED,
    )
    try:
        with db.session.begin_nested():
            db.session.add(assignment)
            db.session.flush()
    except IntegrityError as error:
        raise AlreadySent from error
    _note_step(assignment, Step.ASSIGNED, actor)
    record(
        What.ASSIGNMENT_MADE,
        actor=actor,
        subject_type="assignment",
        subject_id=assignment.id,
        account=account_id,
    )
    return assignment


def take_step(assignment: Assignment, step: Step, *, actor: Actor) -> None:
    """Keep a step. The same step pressed twice is one step."""
    db.session.refresh(assignment, with_for_update=True)
    if assignment.step is step:
        return
    if assignment.ended_at or step not in rules.next_steps(assignment.step):
        raise WrongStep
    assignment.step = step
    _note_step(assignment, step, actor)
    record(
        What.ASSIGNMENT_STEPPED,
        actor=actor,
        subject_type="assignment",
        subject_id=assignment.id,
        step=step.value,
    )
    if step in rules.ENDING_STEPS:
        end(assignment, step.value, actor=actor)


def end(assignment: Assignment, reason: str, *, actor: Actor) -> None:
    """End an assignment: the next look at the case finds nothing."""
    if assignment.ended_at is None:
        assignment.ended_at, assignment.ended_reason = clock.now(), reason
        record(
            What.ASSIGNMENT_ENDED,
            actor=actor,
            subject_type="assignment",
            subject_id=assignment.id,
            reason=reason,
        )


def _can_be_sent(account_id: str, team_id: str | None) -> bool:
    found = db.session.scalars(
        select(Account)
        .join(Responder, Responder.account_id == Account.id)
        .where(Account.id == account_id, Account.is_active.is_(True), Account.role.in_(RESPONDER_ROLES))
        .where(Responder.team_id == team_id if team_id else Responder.team_id.is_not(None))
    )
    return found.one_or_none() is not None


def _note_step(assignment: Assignment, step: Step, actor: Actor) -> None:
    db.session.add(
        AssignmentStep(id=new_id(), assignment_id=assignment.id, step=step, at=clock.now(), by_id=actor.id)
    )

"""Sending a person, and keeping each step they take."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account
from app.accounts.permissions import RESPONDER_ROLES, Permission
from app.assignments import rules
from app.assignments.models import Assignment, AssignmentStep, Step
from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError, NotFound
from app.foundation.ids import new_id
from app.referrals.models import Referral
from app.roster.models import Responder
from app.roster.queries import on_shift_ids, reaches, tied_ids
from app.routing.queries import forget_routes


class AlreadySent(DomainError):
    """This person is on this call already."""

    def __init__(self) -> None:
        super().__init__(_l("This person is on this call already."))


class WrongStep(DomainError):
    """Steps follow one another; none is skipped and none is taken back."""

    def __init__(self) -> None:
        super().__init__(_l("This step does not follow. Look at how it stands now."))


class CannotBeSent(DomainError):
    """Only an active responder of the team, on shift and without ties there; nobody sends themselves."""

    def __init__(self, message: str = "This person cannot be sent. Choose somebody of the team.") -> None:
        super().__init__(message)


def assign(
    *, referral_id: str | None, case_id: str | None, account_id: str, team_id: str | None, actor: Actor
) -> Assignment:
    """Send a person to a call. They see the case from the next moment on."""
    now = clock.now()
    _check_can_be_sent(account_id, team_id, referral_id, actor, now)
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
    """Keep a step of the person's own. The same step pressed twice is one step."""
    if assignment.account_id != actor.id:
        raise NotFound
    db.session.refresh(assignment, ["step", "ended_at"], with_for_update=True)
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
        db.session.flush()
        forget_routes()
        record(
            What.ASSIGNMENT_ENDED,
            actor=actor,
            subject_type="assignment",
            subject_id=assignment.id,
            reason=reason,
        )


def _check_can_be_sent(
    account_id: str, team_id: str | None, referral_id: str | None, actor: Actor, now: datetime
) -> None:
    """Raise `CannotBeSent` unless this actor may send this person to this call now."""
    responder = _responder(account_id, team_id)
    if responder is None or account_id == actor.id:
        raise CannotBeSent
    if not reaches(actor, Permission.ASSIGNMENT_MAKE, responder.team.organization_id):
        raise CannotBeSent
    if account_id not in on_shift_ids(now):
        raise CannotBeSent("This person is not on shift. Set their shift first, or choose somebody else.")
    referral = db.session.get(Referral, referral_id) if referral_id else None
    if referral and referral.area_id and account_id in tied_ids(referral.area_id):
        raise CannotBeSent("This person has ties in this area. Choose somebody else.")


def _responder(account_id: str, team_id: str | None) -> Responder | None:
    """The active responder with this account, of this team where one is named."""
    found = (
        select(Responder)
        .join(Account, Account.id == Responder.account_id)
        .where(Account.id == account_id, Account.is_active.is_(True), Account.role.in_(RESPONDER_ROLES))
    )
    of_team = found.where(Responder.team_id == team_id) if team_id else found
    return db.session.scalars(of_team).one_or_none()


def _note_step(assignment: Assignment, step: Step, actor: Actor) -> None:
    db.session.add(
        AssignmentStep(id=new_id(), assignment_id=assignment.id, step=step, at=clock.now(), by_id=actor.id)
    )
    db.session.flush()
    forget_routes()

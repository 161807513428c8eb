"""Reading assignments: a person's own, a call's, and who could be sent."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Account
from app.accounts.permissions import Permission, Scope, scope_of
from app.assignments import reach as _who_opens  # noqa: F401 - says it to the vault
from app.assignments.models import Assignment, AssignmentStep, Step
from app.assignments.rules import Candidate, Ranked, rank
from app.audit.trail import Actor
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.referrals.models import Referral
from app.roster.models import Responder
from app.roster.queries import on_shift_ids, tied_ids

LIMIT = 100


def get_assignment(assignment_id: str, seen_by: Actor) -> Assignment:
    """A person's own current assignment; `NotFound` for anybody else's and for one that ended."""
    own = select(Assignment).where(_own(assignment_id, seen_by))
    found = db.session.scalars(own.options(selectinload(Assignment.steps))).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_current(seen_by: Actor) -> Sequence[Assignment]:
    """A person's current assignments, oldest first, with their steps."""
    own = select(Assignment).where(Assignment.account_id == seen_by.id, Assignment.ended_at.is_(None))
    ordered = own.order_by(Assignment.assigned_at, Assignment.id).limit(LIMIT)
    return db.session.scalars(ordered.options(selectinload(Assignment.steps))).all()


def current_for_referral(referral_id: str) -> Sequence[Assignment]:
    """Who is on a call now, first sent first (one query with names)."""
    current = select(Assignment).where(Assignment.referral_id == referral_id, Assignment.ended_at.is_(None))
    ordered = current.order_by(Assignment.assigned_at, Assignment.id)
    return db.session.scalars(ordered.options(joinedload(Assignment.account))).all()


def current_for_case(case_id: str) -> Sequence[Assignment]:
    """Who is on a case now, first sent first."""
    current = select(Assignment).where(Assignment.case_id == case_id, Assignment.ended_at.is_(None))
    return db.session.scalars(current.order_by(Assignment.assigned_at, Assignment.id)).all()


def current_for_referrals(referral_ids: Sequence[str]) -> dict[str, list[Assignment]]:
    """The same for many calls at once, by call (one query)."""
    current = select(Assignment).where(
        Assignment.referral_id.in_(referral_ids), Assignment.ended_at.is_(None)
    )
    ordered = current.order_by(Assignment.assigned_at, Assignment.id)
    found: dict[str, list[Assignment]] = {}
    for assignment in db.session.scalars(ordered.options(joinedload(Assignment.account))):
        found.setdefault(str(assignment.referral_id), []).append(assignment)
    return found


def assignment_id_in(case_id: str, actor: Actor) -> str | None:
    """The assignment by which somebody is on a case now, for the trail."""
    own = select(Assignment.id).where(
        Assignment.case_id == case_id, Assignment.account_id == actor.id, Assignment.ended_at.is_(None)
    )
    return db.session.scalar(own.order_by(Assignment.id).limit(1))


def assignment_ids_in(case_ids: Collection[str], actor: Actor) -> dict[str, str]:
    """The same for many cases, by case (one query)."""
    own = select(Assignment.case_id, Assignment.id).where(
        Assignment.case_id.in_(case_ids), Assignment.account_id == actor.id, Assignment.ended_at.is_(None)
    )
    rows = db.session.execute(own.order_by(Assignment.id.desc()))
    return {case_id: assignment_id for case_id, assignment_id in rows if case_id}


def is_assigned(account_id: str, *, case_id: str | None = None, referral_id: str | None = None) -> bool:
    """Whether a person is on a case, or a call, at this moment. On neither named: no."""
    if case_id is None and referral_id is None:
        return False
    current = select(Assignment.id).where(Assignment.account_id == account_id, Assignment.ended_at.is_(None))
    wanted = Assignment.case_id == case_id if case_id else Assignment.referral_id == referral_id
    return db.session.scalar(current.where(wanted).limit(1)) is not None


def was_anyone_met(referral_id: str) -> bool:
    """Whether somebody of ours stood before the people of a call, whoever is on it now."""
    met = (
        select(AssignmentStep.id)
        .join(Assignment, Assignment.id == AssignmentStep.assignment_id)
        .where(
            Assignment.referral_id == referral_id, AssignmentStep.step.in_((Step.ON_SCENE, Step.CONTACT_MADE))
        )
    )
    return db.session.scalar(met.limit(1)) is not None


def rank_responders(team_id: str, language: str | None, area_id: str | None, now: datetime) -> list[Ranked]:
    """The people of a team, best to send first, each with the reasons (six queries)."""
    people = db.session.execute(
        select(Responder, Account)
        .join(Account, Account.id == Responder.account_id)
        .where(Responder.team_id == team_id, Account.is_active.is_(True))
        .order_by(Account.name, Account.id)
        .limit(LIMIT)
    ).all()
    ids = [account.id for _, account in people]
    on_shift, tied = on_shift_ids(now), tied_ids(area_id)
    busy, cleared, known = _busy_counts(ids), _last_clear(ids), _ids_who_know(area_id, ids)
    candidates = [
        Candidate(
            account_id=account.id,
            name=account.name,
            languages=frozenset(responder.languages.split()),
            current_count=busy.get(account.id, 0),
            last_clear_at=cleared.get(account.id),
            is_on_shift=account.id in on_shift,
            has_tie=account.id in tied,
            knows_area=account.id in known,
        )
        for responder, account in people
    ]
    return rank(candidates, language, now)


def busy_account_ids() -> set[str]:
    """Everybody who is out on a call now. Clear of the scene, a person is free again."""
    out = select(Assignment.account_id).where(
        Assignment.ended_at.is_(None), Assignment.step.not_in((Step.CLEAR, Step.DECLINED))
    )
    return set(db.session.scalars(out))


def _own(assignment_id: str, seen_by: Actor) -> ColumnElement[bool]:
    if scope_of(seen_by.role, Permission.ASSIGNMENT_WORK) is not Scope.OWN:
        return false()
    is_theirs = and_(Assignment.account_id == seen_by.id, Assignment.ended_at.is_(None))
    return and_(Assignment.id == assignment_id, is_theirs)


def _busy_counts(ids: Sequence[str]) -> dict[str, int]:
    current = (
        select(Assignment.account_id, func.count())
        .where(Assignment.account_id.in_(ids), Assignment.ended_at.is_(None))
        .where(Assignment.step.not_in((Step.CLEAR, Step.DECLINED)))
        .group_by(Assignment.account_id)
    )
    return dict(db.session.execute(current).all())


def _last_clear(ids: Sequence[str]) -> dict[str, datetime]:
    clear = (
        select(Assignment.account_id, AssignmentStep.at)
        .join(AssignmentStep, AssignmentStep.assignment_id == Assignment.id)
        .where(Assignment.account_id.in_(ids), AssignmentStep.step == Step.CLEAR)
        .order_by(AssignmentStep.at)
    )
    return dict(db.session.execute(clear).all())


def _ids_who_know(area_id: str | None, ids: Sequence[str]) -> set[str]:
    """Who has been clear of a call in this area before."""
    worked = (
        select(Assignment.account_id)
        .join(Referral, Referral.id == Assignment.referral_id)
        .where(Assignment.account_id.in_(ids), Referral.area_id == area_id, Assignment.step == Step.CLEAR)
    )
    return set(db.session.scalars(worked.distinct())) if area_id else set()

"""Reading emergency openings: what waits for a second person, what is open, and for whom."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import joinedload

from app.accounts.permissions import Permission, Scope, scope_of
from app.assignments.models import Assignment
from app.audit.trail import Actor
from app.cases import emergency_rules as rules
from app.cases.emergency_models import EmergencyOpening
from app.cases.models import ConflictCase
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of

MOST_TOLD = 10


def find_current(case: ConflictCase, actor: Actor, now: datetime) -> EmergencyOpening | None:
    """What this person has asked for in a case, while it waits or is open."""
    own = select(EmergencyOpening).where(
        EmergencyOpening.case_id == case.id,
        EmergencyOpening.asked_by_id == actor.id,
        _waits(now) | _is_open(now),
    )
    return db.session.scalars(own.order_by(EmergencyOpening.id.desc()).limit(1)).first()


def list_waiting(seen_by: Actor, number: int, now: datetime) -> Page[EmergencyOpening]:
    """What waits for somebody of another organization to agree, oldest first."""
    _require(seen_by)
    waiting = (
        select(EmergencyOpening).where(_waits(now)).order_by(EmergencyOpening.asked_at, EmergencyOpening.id)
    )
    return page_of(
        waiting.options(
            joinedload(EmergencyOpening.asked_by),
            joinedload(EmergencyOpening.case).joinedload(ConflictCase.area),
        ),
        number,
    )


def waiting_count(now: datetime) -> Select[int]:
    """How many wait for a second person, as a part of another question."""
    return select(func.count(EmergencyOpening.id)).where(_waits(now))


def count_waiting(now: datetime) -> int:
    """How many wait for a second person."""
    return db.session.scalar(waiting_count(now)) or 0


def get_waiting(opening_id: str, seen_by: Actor, now: datetime) -> EmergencyOpening:
    """One that waits, held until this transaction ends: two who decide at once decide once."""
    _require(seen_by)
    one = select(EmergencyOpening).where(EmergencyOpening.id == opening_id)
    found = db.session.scalars(one.with_for_update()).one_or_none()
    if found is None:
        raise NotFound
    db.session.refresh(found)
    if not rules.waits(asked_at=found.asked_at, is_decided=_is_decided(found), now=now):
        raise rules.NoLongerAsked
    return found


def list_open_for(keeper: Actor, now: datetime) -> Sequence[EmergencyOpening]:
    """What is open now of the cases that this person is assigned to: they are told at once."""
    theirs = select(Assignment.case_id).where(
        Assignment.account_id == keeper.id, Assignment.ended_at.is_(None), Assignment.case_id.is_not(None)
    )
    wanted = select(EmergencyOpening).where(EmergencyOpening.case_id.in_(theirs), _is_open(now))
    newest = wanted.order_by(EmergencyOpening.id.desc()).limit(MOST_TOLD)
    parts = (joinedload(EmergencyOpening.asked_by), joinedload(EmergencyOpening.case))
    return db.session.scalars(newest.options(*parts)).all()


def _require(actor: Actor) -> None:
    if scope_of(actor.role, Permission.EMERGENCY_AGREE) is not Scope.ALL:
        raise NotFound


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(
        EmergencyOpening.confirmed_at.is_(None),
        EmergencyOpening.ended_at.is_(None),
        EmergencyOpening.asked_at > now - rules.WAITS_FOR,
    )


def _is_open(now: datetime) -> ColumnElement[bool]:
    return and_(EmergencyOpening.until_at > now, EmergencyOpening.ended_at.is_(None))


def _is_decided(opening: EmergencyOpening) -> bool:
    return opening.confirmed_at is not None or opening.ended_at is not None

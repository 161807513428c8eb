"""Asking to open a case in an emergency, agreeing to it, and opening it. Each is on the trail of the case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Account
from app.accounts.permissions import Permission
from app.audit.catalogue import What
from app.audit.trail import Actor, Grounds, look, record
from app.cases import emergency_queries, queries
from app.cases import emergency_rules as rules
from app.cases.actions import lock
from app.cases.contact_queries import LoggedContact, list_contacts
from app.cases.emergency_models import EmergencyOpening, EmergencyReason
from app.cases.models import ConflictCase
from app.cases.payloads import ExactPlace, Identity
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.ids import new_id


@dataclass(frozen=True)
class Opened:
    """What a lead reads of a case in an emergency."""

    identities: dict[str, Identity]
    place: ExactPlace
    contacts: list[LoggedContact]


def ask(case: ConflictCase, reason: EmergencyReason, *, actor: Actor) -> EmergencyOpening:
    """Ask to open a case. Nothing opens yet."""
    lock(case)
    if not case.is_open:
        raise NotFound
    if emergency_queries.find_current(case, actor, clock.now()):
        raise rules.AskedAlready
    opening = EmergencyOpening(
        id=new_id(), case_id=case.id, reason=reason, asked_by_id=actor.id, asked_at=clock.now()
    )
    db.session.add(opening)
    db.session.flush()
    _record(What.EMERGENCY_ASKED, opening, actor, reason=reason.value)
    return opening


def agree(opening: EmergencyOpening, *, actor: Actor) -> None:
    """Agree that it is opened, for an hour from now. Those assigned see it at once."""
    rules.require_other(
        asked_by_id=opening.asked_by_id,
        asked_of=db.session.scalar(select(Account.organization_id).where(Account.id == opening.asked_by_id)),
        agreed_by_id=actor.id,
        agreed_of=actor.organization_id,
    )
    now = clock.now()
    opening.confirmed_by_id, opening.confirmed_at, opening.until_at = actor.id, now, now + rules.OPEN_FOR
    db.session.flush()
    _record(What.EMERGENCY_AGREED, opening, actor, reason=opening.reason.value, **_too_often(opening, now))


def _too_often(opening: EmergencyOpening, now: datetime) -> dict[str, Any]:
    """What brings an opening before the auditor: whose it is, and how many they had of late."""
    of_late = select(func.count()).where(
        EmergencyOpening.asked_by_id == opening.asked_by_id,
        EmergencyOpening.confirmed_at > now - rules.OFTEN_WITHIN,
    )
    count = db.session.scalar(of_late) or 0
    if count <= rules.MOST_OPENINGS:
        return {}
    return {"account": opening.asked_by_id, "openings": count}


def end(opening: EmergencyOpening, *, actor: Actor) -> None:
    """Refuse it, or end it before its hour is over."""
    opening.ended_at = clock.now()
    db.session.flush()
    _record(What.EMERGENCY_ENDED, opening, actor)


def open_up(case: ConflictCase, *, actor: Actor) -> Opened:
    """Open who, where and the notes of a case. Each look is on the trail; the vault asks for itself."""
    names = _look(What.CASE_NAMES_SHOWN, case, Permission.PARTY_READ, actor)
    place = _look(What.CASE_PLACE_SHOWN, case, Permission.PLACE_READ, actor)
    contacts: list[LoggedContact] = []
    if rules.shows_notes(case.lane):
        contacts = list_contacts(case, _look(What.CASE_LOOKED_AT, case, Permission.NOTES_READ, actor))
    return Opened(queries.open_identities(case, names), queries.open_place(case, place), contacts)


def _look(what: What, case: ConflictCase, permission: Permission, actor: Actor) -> Grounds:
    return look(what, actor=actor, permission=permission, subject_type="case", subject_id=case.id)


def _record(what: What, opening: EmergencyOpening, actor: Actor, **facts: Any) -> None:
    record(what, actor=actor, subject_type="case", subject_id=opening.case_id, opening_id=opening.id, **facts)

"""Logging contacts, once however often a phone sends them, and planning to look again."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.cases import contact_queries, rules
from app.cases.contact_models import Contact, FollowUp, FollowUpKind
from app.cases.models import ConflictCase, Party
from app.cases.payloads import ContactSaid
from app.cases.retention import key_of_contact
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.ids import new_id
from app.vault import sealing
from app.vault.access import Use
from app.vault.columns import Ciphertext


def log_contact(case: ConflictCase, said: ContactSaid, *, client_key: str, actor: Actor) -> Contact:
    """Keep a contact. The same key again is the same contact.

    The same key with other words is somebody who went back and wrote it better: that is
    a correction, so nothing they typed is lost.
    """
    rules.require_passed(said.at, clock.now())
    if first := contact_queries.find_by_client_key(case, client_key):
        return _again(case, first, said, actor)
    rules.require_open(case.state)
    try:
        with db.session.begin_nested():
            contact = _add(case, said, actor, client_key=client_key)
    except IntegrityError:
        first = contact_queries.find_by_client_key(case, client_key)
        if first is None:
            raise
        return _again(case, first, said, actor)
    _done_by(case, contact)
    _on_trail(What.CASE_CONTACT_LOGGED, case, contact, actor)
    return contact


def correct_contact(case: ConflictCase, first: Contact, said: ContactSaid, *, actor: Actor) -> Contact:
    """Keep a contact as it should have been told; what was told before is kept beside it."""
    rules.require_open(case.state)
    rules.require_passed(said.at, clock.now())
    contact = _add(case, said, actor, corrects_id=first.corrects_id or first.id)
    _on_trail(What.CASE_CONTACT_CORRECTED, case, contact, actor)
    return contact


def plan_follow_up(
    case: ConflictCase, due_on: date, *, actor: Actor, kind: FollowUpKind = FollowUpKind.BY_HAND
) -> FollowUp:
    """Plan a day to look again. The same day twice is one plan."""
    rules.require_open(case.state)
    rules.require_ahead(due_on, clock.now())
    same = select(FollowUp).where(
        FollowUp.case_id == case.id,
        FollowUp.kind == kind,
        FollowUp.due_on == due_on,
        FollowUp.done_at.is_(None),
    )
    if planned := db.session.scalars(same).first():
        return planned
    follow_up = add_follow_up(case, kind, due_on, actor)
    db.session.flush()
    record(
        What.CASE_FOLLOW_UP_PLANNED,
        actor=actor,
        subject_type="case",
        subject_id=case.id,
        follow_up_id=follow_up.id,
    )
    return follow_up


def add_follow_up(case: ConflictCase, kind: FollowUpKind, due_on: date, actor: Actor) -> FollowUp:
    """The row of a day to look again."""
    follow_up = FollowUp(
        id=new_id(),
        case_id=case.id,
        kind=kind,
        due_on=due_on,
        planned_at=clock.now(),
        planned_by_id=actor.id,
    )
    db.session.add(follow_up)
    return follow_up


def _again(case: ConflictCase, first: Contact, said: ContactSaid, actor: Actor) -> Contact:
    latest = contact_queries.latest_of(first)
    if contact_queries.said_in(latest, Use.COMPARING) == replace(
        said, heat=rules.heat_of(said.result, said.heat)
    ):
        return latest
    return correct_contact(case, first, said, actor=actor)


def _add(
    case: ConflictCase,
    said: ContactSaid,
    actor: Actor,
    *,
    client_key: str | None = None,
    corrects_id: str | None = None,
) -> Contact:
    contact_id, key_id = new_id(), case.key_id
    if said.words:
        key_id = key_of_contact(case)
    contact = Contact(
        id=contact_id,
        case_id=case.id,
        client_key=client_key,
        corrects_id=corrects_id,
        at=said.at,
        how=said.how,
        result=said.result,
        heat=rules.heat_of(said.result, said.heat),
        minutes=said.minutes,
        key_id=key_id,
        words_sealed=_seal_words(key_id, contact_id, said.words),
        logged_at=clock.now(),
        by_id=actor.id,
        parties=_parties(case, said.party_ids),
    )
    db.session.add(contact)
    db.session.flush()
    return contact


def _seal_words(key_id: str, contact_id: str, words: str) -> Ciphertext | None:
    if not words:
        return None
    return sealing.seal(key_id, Contact.__tablename__, "words_sealed", contact_id, words)


def _parties(case: ConflictCase, party_ids: frozenset[str]) -> list[Party]:
    of_case = select(Party).where(Party.case_id == case.id, Party.id.in_(party_ids)).order_by(Party.bird)
    parties = list(db.session.scalars(of_case))
    if len(parties) != len(party_ids):
        raise NotFound
    return parties


def _done_by(case: ConflictCase, contact: Contact) -> None:
    """What was due by today is done when somebody answered."""
    if not rules.completes_follow_up(contact.result):
        return
    today = rules.day_of(contact.at)
    for follow_up in contact_queries.list_due(case, today):
        follow_up.done_at, follow_up.contact_id = contact.logged_at, contact.id
    db.session.flush()


def _on_trail(what: What, case: ConflictCase, contact: Contact, actor: Actor) -> None:
    record(
        what,
        actor=actor,
        subject_type="case",
        subject_id=case.id,
        contact_id=contact.id,
        result=contact.result,
    )

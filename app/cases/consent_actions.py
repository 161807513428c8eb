"""Writing down what somebody said of being asked again, and taking a yes back for good."""

from sqlalchemy import select

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.cases import consent_queries, rules
from app.cases.actions import lock
from app.cases.consent_models import FollowUpConsent, SaidHow
from app.cases.consent_rules import is_past_all_others
from app.cases.models import ConflictCase, Party
from app.cases.retention import PARTIES
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.vault import erasures

TAKEN_BACK = "yes taken back"
"""The reason that the tombstone of their key gives."""


def note_word(case: ConflictCase, party: Party, days: int | None, how: SaidHow, *, actor: Actor) -> None:
    """Keep a yes for so many days after the close, or a no. Raises `CaseClosed`.

    The case is locked first: a yes while somebody closes it is counted or refused.
    """
    lock(case)
    rules.require_open(case.state)
    _add_word(case, party, days, how, actor)


def take_back(case: ConflictCase, party: Party, how: SaidHow, *, actor: Actor) -> None:
    """Take a yes back after the close. Who they are goes with all others', or at once where those are gone.

    While a court has asked for what is in the case it stays until the hold ends, and goes then.
    """
    word = consent_queries.latest_words(case).get(party.id)
    if case.closed_at is None or word is None or word.days is None:
        raise NotFound
    _add_word(case, party, None, how, actor)
    if party.key_id and is_past_all_others(case.closed_at, clock.now()):
        erasures.lock_alive([party.key_id])  # from here on nobody can put a hold on it unseen
        if not _is_held(party):
            erasures.destroy([party.key_id], TAKEN_BACK)


def _is_held(party: Party) -> bool:
    held = select(Party.id).where(Party.id == party.id, PARTIES.is_held(clock.now()))
    return db.session.scalar(held) is not None


def _add_word(case: ConflictCase, party: Party, days: int | None, how: SaidHow, actor: Actor) -> None:
    db.session.add(
        FollowUpConsent(
            case_id=case.id, party_id=party.id, days=days, how=how, at=clock.now(), by_id=actor.id
        )
    )
    db.session.flush()
    what = What.CASE_FOLLOW_UP_AGREED if days else What.CASE_FOLLOW_UP_REFUSED
    record(what, actor=actor, subject_type="case", subject_id=case.id, party_id=party.id)

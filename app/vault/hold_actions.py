"""Putting a legal hold on exactly named records, and releasing it: each takes two people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.foundation.reader import as_machine
from app.vault import erasures
from app.vault import hold_rules as rules
from app.vault.hold_models import HeldRecord, HoldReason, HoldState, HoldStep, LegalHold, Subject
from app.vault.records import sealed_records

_SAID = {
    HoldState.PROPOSED: What.HOLD_PROPOSED,
    HoldState.HELD: What.HOLD_CONFIRMED,
    HoldState.RELEASE_PROPOSED: What.HOLD_RELEASE_PROPOSED,
    HoldState.RELEASED: What.HOLD_RELEASED,
    HoldState.DROPPED: What.HOLD_DROPPED,
}


def propose(
    subject: Subject,
    ids: Sequence[str],
    *,
    reason: HoldReason,
    register_number: str,
    ends_at: datetime,
    actor: Actor,
) -> LegalHold:
    """Write down which records are asked for. Nothing is held until a second person confirms it."""
    now = clock.now()
    rules.require_end(ends_at, now)
    _require_alive(subject, ids)
    hold = LegalHold(
        id=new_id(),
        reason=reason,
        register_number=register_number,
        ends_at=ends_at,
        state=HoldState.PROPOSED,
        proposed_at=now,
        records=[HeldRecord(subject=subject, subject_id=one) for one in ids],
    )
    db.session.add(hold)
    db.session.flush()
    _note(hold, actor)
    return hold


def move(hold: LegalHold, to: HoldState, *, actor: Actor) -> None:
    """Confirm, drop, propose the release of, or release a hold."""
    db.session.refresh(hold, with_for_update=True)
    last = db.session.scalars(
        select(HoldStep.by_id)
        .where(HoldStep.hold_id == hold.id)
        .order_by(HoldStep.at.desc(), HoldStep.id.desc())
        .limit(1)
    ).one()
    is_over = hold.ends_at <= clock.now()
    rules.require_move(hold.state, to, before_by=last, by=actor.id, is_over=is_over)
    if hold.state is HoldState.PROPOSED and to is HoldState.HELD:
        for subject in Subject:
            ids = [one.subject_id for one in hold.records if one.subject is subject]
            if ids:
                _require_alive(subject, ids)
    hold.state = to
    _note(hold, actor)


def _require_alive(subject: Subject, ids: Sequence[str]) -> None:
    """That each of these has a key that is alive; the keys stay locked, so that no sweep takes them now."""
    found: set[str] = set()
    for records in sealed_records():
        if records.subject is not subject:
            continue
        named = records.alive(records.subject_id, records.key_id).where(records.subject_id.in_(ids))
        with as_machine():  # whether it is there, not what is in it
            rows = db.session.execute(named).all()
        alive = {key.id for key in erasures.lock_alive([row[1] for row in rows])}
        found.update(row[0] for row in rows if row[1] in alive)
    rules.require_alive(ids, sorted(found))


def _note(hold: LegalHold, actor: Actor) -> None:
    db.session.add(HoldStep(hold_id=hold.id, state=hold.state, at=clock.now(), by_id=actor.id))
    db.session.flush()
    record(
        _SAID[hold.state],
        actor=actor,
        subject_type="hold",
        subject_id=hold.id,
        records=[one.subject_id for one in hold.records],
    )

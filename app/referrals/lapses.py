"""Clocks of calls that ring for many at once, and clocks that a wall clock put back has left behind.

Whoever acts on a call holds its row first and its clocks' rows after it, and so does whoever rings
them: two that met the other way round would each wait for the other.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from app.accounts.models import DispatchClient
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import SYSTEM, entry_values
from app.delivery import outbox, timers
from app.delivery.models import DueTimer, OutboxMessage
from app.delivery.outbox import AS_BODY, message_values
from app.foundation.db import Base, db
from app.foundation.many_inserts import Row
from app.referrals import conveyance_rows
from app.referrals.actions import (
    CONFIRM_TIMER,
    CONTACT_TIMER,
    LAPSE_TIMER,
    PHONE_TIMER,
    payload_of,
    state_row_values,
)
from app.referrals.conveyance import response_to
from app.referrals.models import Custody, Referral, ReferralStateRow, Source, State
from app.referrals.transitions import WAITING_STATES


def take_lapsed(limit: int, now: datetime) -> list[str]:
    """The calls whose waiting has run out, held, with their clocks marked as rung; nothing is committed.

    A call that somebody acts on at this moment is left to them, and to the next look.
    """
    due = (
        select(DueTimer.id)
        .join(Referral, Referral.id == DueTimer.subject_id)
        .where(*timers.is_due(now), DueTimer.kind == LAPSE_TIMER)
        .order_by(DueTimer.next_attempt_at, DueTimer.id)
        .limit(limit)
        .with_for_update(of=Referral, skip_locked=True)
    )
    return timers.mark_rung(db.session.scalars(due).all(), now)


def hold(kind: str, referral_id: str) -> None:
    """Hold the call whose clock is about to be rung alone; a clock on anything else holds nothing."""
    if kind in (LAPSE_TIMER, CONFIRM_TIMER, CONTACT_TIMER, PHONE_TIMER):
        db.session.execute(select(Referral.id).where(Referral.id == referral_id).with_for_update())


def catch_up(now: datetime) -> None:
    """The wall clock was put back: what would ring late by as much rings now, or in its full time at most.

    Early is the safe side for a call that waits, for the watch and for every message. Only a
    clock that waits for our people to arrive begins anew: rung early it would send them home.
    """
    timers.ring_early((LAPSE_TIMER, CONFIRM_TIMER, PHONE_TIMER), now)
    outbox.send_early(now)
    on_the_way = select(DueTimer.id, DueTimer.next_attempt_at, Referral.clock_seconds).join(
        Referral, Referral.id == DueTimer.subject_id
    )
    waiting = on_the_way.where(*timers.is_waiting(), DueTimer.kind == CONTACT_TIMER)
    for timer_id, next_attempt_at, seconds in db.session.execute(waiting).all():
        latest = now + timedelta(seconds=seconds or 0)
        if next_attempt_at > latest:
            db.session.execute(update(DueTimer).where(DueTimer.id == timer_id).values(next_attempt_at=latest))


def hand_back_all(referral_ids: Sequence[str], now: datetime) -> None:
    """Hand back those of these calls that still wait for a person here; dispatch never let go of them.

    What `move` does for one, in a few statements for all: thousands of clocks may ring at once.
    """
    waiting = db.session.execute(
        select(Referral.id, Referral.incident_id, Referral.state, DispatchClient.destination_id)
        .join(DispatchClient, DispatchClient.id == Referral.client_id)
        .where(
            Referral.id.in_(referral_ids),
            Referral.state.in_(WAITING_STATES),
            Referral.source == Source.DISPATCH,
        )
        .with_for_update(of=Referral)
    ).all()
    requests = conveyance_rows.requests_of([one.id for one in waiting])
    by_reason: dict[str, list[str]] = defaultdict(list)
    rows: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
    for one in waiting:
        reason = "no_create" if one.state is State.PARKED else "clock_ran_out"
        by_reason[reason].append(one.id)
        payload = payload_of(one.id, one.incident_id, State.HANDED_BACK, Custody.DISPATCH, reason, now)
        if one.id in requests:
            payload[AS_BODY] = response_to(requests[one.id], payload)
        for model, values in _handed_back_rows(one.destination_id, payload, now):
            rows[model].append(values)
    for reason, ids in by_reason.items():
        db.session.execute(
            update(Referral)
            .where(Referral.id.in_(ids))
            .values(
                state=State.HANDED_BACK,
                custody=Custody.DISPATCH,
                reason=reason,
                clock_due_at=None,
                clock_seconds=None,
            )
            .execution_options(synchronize_session=False)
        )
    for model, of_model in rows.items():
        db.session.execute(insert(model), of_model)
    db.session.expire_all()


def _handed_back_rows(destination_id: str | None, payload: dict[str, Any], now: datetime) -> Iterator[Row]:
    """The rows of one that goes back with others; `payload` is what dispatch is told of it."""
    state, custody = State.HANDED_BACK, Custody.DISPATCH
    referral_id, reason = payload["referral_id"], payload["reason"]
    yield ReferralStateRow, state_row_values(referral_id, state, custody, reason, SYSTEM, now)
    yield (
        AuditEntry,
        entry_values(
            What.REFERRAL_MOVED,
            actor=SYSTEM,
            subject_type="referral",
            subject_id=referral_id,
            to=state.value,
            reason=reason,
        ),
    )
    if destination_id:
        kind = "referral.handed_back"
        yield OutboxMessage, message_values(destination_id, kind, payload, subject_id=referral_id)

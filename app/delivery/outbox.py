"""The outbox: a message is a row in the transaction of the change it tells of.

A worker claims one by a conditional update that holds it on a lease, sends it with no
transaction open, and notes what came of it. If the worker dies the lease runs out and
another takes the message: receivers may see a message twice, and never lose one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.delivery.ladder import wait_after
from app.delivery.models import OutboxMessage
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id

LEASE = timedelta(seconds=60)
AS_BODY = "as_body"
"""A member of a payload: the whole body, where the receiver does not read our own shape."""


class SendFailed(Exception):
    """The receiver did not take it. The text is a code for staff, with nothing of the message."""


Send = Callable[[OutboxMessage], None]


def enqueue(destination_id: str, kind: str, payload: dict[str, Any], *, subject_id: str) -> None:
    """Promise a message. It leaves only if the surrounding transaction commits."""
    db.session.add(OutboxMessage(**message_values(destination_id, kind, payload, subject_id=subject_id)))


def message_values(
    destination_id: str, kind: str, payload: dict[str, Any], *, subject_id: str
) -> dict[str, Any]:
    """The row of a message, for those who write many rows in one statement."""
    now = clock.now()
    return {
        "id": new_id(),
        "destination_id": destination_id,
        "kind": kind,
        "subject_id": subject_id,
        "payload": payload,
        "created_at": now,
        "next_attempt_at": now,
        "attempt_count": 0,
    }


def stop_repeating(subject_id: str, kind: str) -> None:
    """The receiver has answered another way: what still waits of this kind need not leave."""
    db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.subject_id == subject_id,
            OutboxMessage.kind == kind,
            OutboxMessage.sent_at.is_(None),
        )
        .values(sent_at=clock.now())
    )


def deliver_next(send: Send, now: datetime) -> bool:
    """Send one due message. False means there was nothing to do."""
    message_id = db.session.scalar(
        select(OutboxMessage.id)
        .where(*_is_due(now))
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(1)
    )
    message = claim(message_id, now) if message_id else None
    if message is None:
        db.session.rollback()
        return message_id is not None
    try:
        send(message)
    except SendFailed as problem:
        _note_failure(message, str(problem), clock.now())
    else:
        _note_sent(message.id, clock.now())
    db.session.commit()
    return True


def claim(message_id: str, now: datetime) -> OutboxMessage | None:
    """Take a message on a lease; None when another worker was faster. Commits the claim."""
    taken = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, *_is_due(now))
        .values(next_attempt_at=now + LEASE, attempt_count=OutboxMessage.attempt_count + 1)
        .returning(OutboxMessage.id)
    ).scalar()
    if taken is None:
        return None
    message = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.id == taken)
        .options(joinedload(OutboxMessage.destination))
        .execution_options(populate_existing=True)
    ).one()
    db.session.commit()  # no transaction is open while we wait for the network
    return message


def _is_due(now: datetime) -> tuple[Any, ...]:
    return (
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.dead_at.is_(None),
        OutboxMessage.next_attempt_at <= now,
    )


def _note_sent(message_id: str, now: datetime) -> None:
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.sent_at.is_(None))
        .values(sent_at=now, last_problem=None)
    )


def _note_failure(message: OutboxMessage, problem: str, now: datetime) -> None:
    wait = wait_after(message.kind, message.attempt_count)
    outcome: dict[str, Any] = {"last_problem": problem[:120]}
    outcome |= {"dead_at": now} if wait is None else {"next_attempt_at": now + wait}
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message.id, OutboxMessage.sent_at.is_(None))
        .values(**outcome)
    )

"""The outbox: a message is a row in the transaction of the change it tells of.

A worker claims one by a conditional update that holds it on a lease, sends it with no
transaction open, and notes what came of it. If the worker dies the lease runs out and
another takes the message: receivers may see a message twice, and never lose one. A worker
that was only asleep finds when it wakes that its count of attempts is not the message's
any more, and notes nothing.

The order of messages is not promised, not even to one destination: a receiver goes by the
moment that each of them names. Two things are. A message that somebody may be alone for
goes before all others; and a destination in trouble is tried with its oldest message first.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from sqlalchemy import func, or_, select, update

from app.delivery.ladder import REPEATED_SECONDS, is_repeated, repeat_after, spread, wait_after
from app.delivery.models import Destination, OutboxMessage
from app.foundation import clock
from app.foundation.db import db, let_go, reading
from app.foundation.errors import DomainError
from app.foundation.ids import new_id

LEASE = timedelta(seconds=60)
AS_BODY = "as_body"
"""A member of a payload: the whole body, where the receiver does not read our own shape."""
FAILING_AFTER = 3
"""A destination that has failed so often in a row gets one message at a time, the oldest first."""
AT_ONCE = 3
"""So many messages are on their way to one destination at a time: a slow one leaves room for others."""

_dice = SystemRandom()


class SendFailed(Exception):
    """The receiver did not take it. The text is a code for staff, with nothing of the message."""


@dataclass(frozen=True)
class Claimed:
    """A message that this worker holds until its lease runs out or another attempt is counted."""

    id: str
    destination_id: str
    kind: str
    subject_id: str
    payload: dict[str, Any]
    created_at: datetime
    attempt_count: int


Said = Collection[str]
"""What a receiver's answer says is so, by name; nothing where it only says that it has the message."""
Send = Callable[[Claimed], Said]
Settle = Callable[[Claimed, Said], None]
"""Given an answer that says more than "received". A `DomainError` means that it comes too late."""
NOBODY_YET: Mapping[str, int] = {}


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


def stop_repeating(subject_id: str, *kinds: str) -> None:
    """It was answered another way, or is not so any more: what still waits of these need not leave."""
    db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.subject_id == subject_id,
            OutboxMessage.kind.in_(kinds),
            OutboxMessage.sent_at.is_(None),
        )
        .values(sent_at=clock.now(), dead_at=None)
    )


def deliver_next(send: Send, now: datetime, settle: Settle | None = None) -> bool:
    """Send one due message. False means there was nothing to do."""
    message_id = find_due(now)
    if message_id is None:
        return False
    if message := claim(message_id, now):
        carry(message, send, settle)
    return True


def find_due(now: datetime, on_their_way: Mapping[str, int] = NOBODY_YET) -> str | None:
    """The message to send next. `on_their_way`: how many this worker is sending to each destination."""
    full = [there for there, count in on_their_way.items() if count >= AT_ONCE]
    may_take_one = or_(Destination.failure_count < FAILING_AFTER, Destination.id.not_in(list(on_their_way)))
    due = (
        select(OutboxMessage.id, OutboxMessage.destination_id, Destination.failure_count)
        .join(Destination)
        .where(*_is_due(now), OutboxMessage.destination_id.not_in(full), may_take_one)
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(1)
    )
    with reading():
        for which in (OutboxMessage.kind.in_(REPEATED_SECONDS), None):
            found = db.session.execute(due if which is None else due.where(which)).one_or_none()
            if found and found.failure_count >= FAILING_AFTER:
                return _oldest_due(found.destination_id, which, now)
            if found:
                return str(found.id)
    return None


def claim(message_id: str, now: datetime) -> Claimed | None:
    """Take a message on a lease; None when another worker was faster. Commits the claim."""
    columns = [getattr(OutboxMessage, name) for name in Claimed.__dataclass_fields__]
    taken = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, *_is_due(now))
        .values(next_attempt_at=now + LEASE, attempt_count=OutboxMessage.attempt_count + 1)
        .returning(*columns)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    db.session.commit()  # no transaction is open while we wait for the network
    return Claimed(**taken._mapping) if taken else None


def send_early(now: datetime) -> None:
    """Let every message that waits for its next try go now: the clock was put back under its moment."""
    db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.sent_at.is_(None),
            OutboxMessage.dead_at.is_(None),
            OutboxMessage.next_attempt_at > now,
        )
        .values(next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )


def carry(message: Claimed, send: Send, settle: Settle | None = None) -> None:
    """Send a claimed message, then note in one transaction what came of it and what the answer settles."""
    if not _is_still_to_be_sent(message):
        return
    try:
        said = send(message)
    except SendFailed as problem:
        let_go()
        _note_failure(message, str(problem), clock.now())
    else:
        let_go()
        if _note_received(message, clock.now()) and said and settle:
            _hand_on(message, said, settle)
    db.session.commit()


def _hand_on(message: Claimed, said: Said, settle: Settle) -> None:
    """An answer that comes too late changes nothing; that the message was received stays noted."""
    with suppress(DomainError), db.session.begin_nested():
        settle(message, said)


def _is_due(now: datetime) -> tuple[Any, ...]:
    return (
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.dead_at.is_(None),
        OutboxMessage.next_attempt_at <= now,
    )


def _oldest_due(destination_id: str, which: Any, now: datetime) -> str | None:
    due = select(OutboxMessage.id).where(OutboxMessage.destination_id == destination_id, *_is_due(now))
    oldest = (due if which is None else due.where(which)).order_by(OutboxMessage.id).limit(1)
    return db.session.scalar(oldest)


def _is_still_to_be_sent(message: Claimed) -> bool:
    """Looked at once more, right before it leaves: it may have been answered, or this worker asleep."""
    with reading():
        still = select(OutboxMessage.id).where(*_is_held(message), OutboxMessage.sent_at.is_(None))
        return db.session.scalar(still) is not None


def _is_held(message: Claimed) -> tuple[Any, ...]:
    """The fence: every claim counts an attempt, so a count that has moved on is another worker's."""
    return (OutboxMessage.id == message.id, OutboxMessage.attempt_count == message.attempt_count)


def _note_received(message: Claimed, now: datetime) -> bool:
    """Note that the receiver has it; False when another worker holds it by now."""
    outcome: dict[str, Any] = {"last_problem": None}
    if is_repeated(message.kind):
        outcome["next_attempt_at"] = now + spread(repeat_after(message.kind, message.attempt_count), _dice)
    else:
        outcome["sent_at"] = func.coalesce(OutboxMessage.sent_at, now)
    if not _note(message, outcome):
        return False
    there = update(Destination).where(Destination.id == message.destination_id, Destination.failure_count > 0)
    db.session.execute(there.values(failure_count=0))
    return True


def _note_failure(message: Claimed, problem: str, now: datetime) -> None:
    wait = wait_after(message.kind, message.attempt_count)
    outcome: dict[str, Any] = {"last_problem": problem[:120]}
    outcome |= {"dead_at": now} if wait is None else {"next_attempt_at": now + spread(wait, _dice)}
    if _note(message, outcome, OutboxMessage.sent_at.is_(None)):
        there = update(Destination).where(Destination.id == message.destination_id)
        db.session.execute(there.values(failure_count=Destination.failure_count + 1))


def _note(message: Claimed, outcome: dict[str, Any], *also: Any) -> bool:
    noted = update(OutboxMessage).where(*_is_held(message), *also).values(**outcome)
    return db.session.execute(noted.returning(OutboxMessage.id)).scalar() is not None

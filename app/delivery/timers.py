"""Due timers: "at this moment, unless someone acts first, do that", as rows.

The act and the mark that it is done are one transaction, so a timer fires once even if
a worker dies in the middle; a claim on a lease keeps two workers off the same timer. A
worker that slept past its lease does nothing: the count of attempts is not its own any more.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app.delivery.models import DueTimer
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id

LEASE = timedelta(seconds=30)

TimerHandler = Callable[[str, datetime], None]
Hold = Callable[[str, str], None]


def timer_values(kind: str, subject_id: str, due_at: datetime) -> dict[str, Any]:
    """The row of a timer, for those who write many rows in one statement."""
    return {
        "id": new_id(),
        "kind": kind,
        "subject_id": subject_id,
        "due_at": due_at,
        "next_attempt_at": due_at,
        "attempt_count": 0,
    }


def set_timer(kind: str, subject_id: str, due_at: datetime) -> None:
    """Start a clock on something."""
    db.session.add(DueTimer(**timer_values(kind, subject_id, due_at)))


def cancel_timers(subject_id: str, *kinds: str) -> None:
    """Stop the clocks of these kinds on something: a person has acted."""
    db.session.execute(
        update(DueTimer)
        .where(
            DueTimer.subject_id == subject_id,
            DueTimer.kind.in_(kinds),
            *is_waiting(),
        )
        .values(cancelled_at=clock.now())
    )


def mark_rung(timer_ids: Sequence[str], now: datetime) -> list[str]:
    """Mark those of these timers that are still due as done, and say on what; nothing is committed.

    The mark is one transaction with the act of the caller, who holds what they are on.
    """
    marked = db.session.execute(
        update(DueTimer)
        .where(DueTimer.id.in_(timer_ids), *is_due(now))
        .values(done_at=now)
        .returning(DueTimer.subject_id)
        .execution_options(synchronize_session=False)
    )
    return list(marked.scalars())


def ring_early(kinds: Collection[str], now: datetime) -> None:
    """Let the waiting clocks of these kinds ring now."""
    db.session.execute(
        update(DueTimer)
        .where(
            DueTimer.kind.in_(kinds),
            *is_waiting(),
            DueTimer.next_attempt_at > now,
        )
        .values(next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )


def fire_next(handlers: Mapping[str, TimerHandler], now: datetime, hold: Hold | None = None) -> bool:
    """Do what one due timer says. False means there was nothing to do.

    `hold` locks what the timer is on before the timer itself, as whoever acts on it does.

    If the handler raises, nothing of it is kept and the timer comes again after its lease;
    the error goes on to the worker, which tells the operator.
    """
    timer_id = db.session.scalar(
        select(DueTimer.id).where(*is_due(now)).order_by(DueTimer.next_attempt_at, DueTimer.id).limit(1)
    )
    if timer_id is None:
        db.session.rollback()
        return False
    if timer := claim(timer_id, now):
        ring(timer, handlers, now, hold)
    return True


@dataclass(frozen=True)
class ClaimedTimer:
    """A timer that this worker holds until its lease runs out or another attempt is counted."""

    id: str
    kind: str
    subject_id: str
    attempt_count: int


def claim(timer_id: str, now: datetime) -> ClaimedTimer | None:
    """Take a timer on a lease; None when another worker was faster. Commits the claim."""
    taken = db.session.execute(
        update(DueTimer)
        .where(DueTimer.id == timer_id, *is_due(now))
        .values(next_attempt_at=now + LEASE, attempt_count=DueTimer.attempt_count + 1)
        .returning(DueTimer.id, DueTimer.kind, DueTimer.subject_id, DueTimer.attempt_count)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    db.session.commit()
    return ClaimedTimer(**taken._mapping) if taken else None


def ring(
    timer: ClaimedTimer, handlers: Mapping[str, TimerHandler], now: datetime, hold: Hold | None = None
) -> None:
    """Do what a claimed timer says, unless it was stopped, or is another worker's by now."""
    if hold:
        hold(timer.kind, timer.subject_id)
    still_ours = db.session.execute(
        update(DueTimer)
        .where(
            DueTimer.id == timer.id,
            DueTimer.attempt_count == timer.attempt_count,
            *is_waiting(),
        )
        .values(done_at=now)
        .returning(DueTimer.id)
    ).scalar()
    if still_ours:
        handlers[timer.kind](timer.subject_id, now)
    db.session.commit()


def is_due(now: datetime) -> tuple[Any, ...]:
    """That a timer waits and its moment has come."""
    return (*is_waiting(), DueTimer.next_attempt_at <= now)


def is_waiting() -> tuple[Any, ...]:
    """That a timer is neither rung nor stopped."""
    return (DueTimer.done_at.is_(None), DueTimer.cancelled_at.is_(None))

"""The sweep: what is due by the retention table goes, a batch at a time, each batch one transaction.

A worker does it each hour, by a clock of which there is one row: whoever claims it does the next
batch, and a worker that dies leaves the rest to the next. Whatever was not reached is still due.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.audit.catalogue import What
from app.audit.trail import SYSTEM, record
from app.delivery.models import DueTimer
from app.delivery.timers import TimerHandler, timer_values
from app.foundation.behalf import office_own
from app.foundation.db import db
from app.foundation.reader import as_machine
from app.vault import cleaning, erasures
from app.vault.records import PlainRecords, SealedRecords, plain_records, sealed_records
from app.vault.retention import TABLE, Facts, Kind, is_due

AT_ONCE = 200
EVERY = timedelta(hours=1)
SWEEP_TIMER = "vault.sweep"
SCHEDULE = "retention"
_TIMER_ID = "00000000000000000000000000"
SCHEDULED = "retention schedule"
"""The reason that the tombstones of the sweep give."""


@dataclass(frozen=True)
class _Due:
    """A record whose time may be over."""

    subject_id: str
    key_id: str
    facts: Facts


def sweep_batch(now: datetime) -> Counter[Kind]:
    """Destroy one batch of one kind; empty when nothing is due. The caller commits."""
    with as_machine():
        for sealed in sealed_records():
            if count := _destroy(sealed, now):
                return _noted(sealed.kind, count)
        for plain in plain_records():
            if count := _clear(plain, now):
                return _noted(plain.kind, count)
    return Counter()


def sweep(now: datetime) -> Counter[Kind]:
    """Destroy all that is due, a batch at a time, and clean up after it. Commits each batch."""
    total: Counter[Kind] = Counter()
    while count := sweep_batch(now):
        db.session.commit()
        total += count
    db.session.rollback()
    cleaning.clean()
    return total


def count_due(now: datetime) -> Counter[Kind]:
    """How many of each kind a sweep would take now; nothing is changed (one query for each kind)."""
    counts: Counter[Kind] = Counter()
    for sealed in sealed_records():
        last = now - TABLE[sealed.kind].kept_for
        due = sealed.alive(func.count()).where(sealed.since <= last, ~sealed.is_held(now))
        counts[sealed.kind] = db.session.scalar(due) or 0
    for plain in plain_records():
        last = now - TABLE[plain.kind].kept_for
        due = select(func.count(plain.id)).where(plain.is_there, plain.since <= last)
        counts[plain.kind] = db.session.scalar(due) or 0
    return +counts


@office_own("what is due by the retention table goes, whoever works here")
def go_on(subject_id: str, now: datetime) -> None:
    """The worker's part: one batch, then the clock is set for the next, or for the next hour."""
    is_done = not sweep_batch(now)
    _set_clock(now + EVERY if is_done else now)
    if is_done:
        cleaning.ask()


def schedule(now: datetime) -> None:
    """See that the clock of the sweep is there; every worker asks, and it is one row. Commits nothing."""
    if db.session.get(DueTimer, _TIMER_ID) is None:
        try:
            with db.session.begin_nested():
                values = timer_values(SWEEP_TIMER, SCHEDULE, now) | {"id": _TIMER_ID}
                db.session.add(DueTimer(**values))
        except IntegrityError:
            return  # another worker was faster


def is_late(now: datetime) -> bool:
    """Whether the sweep should have run by now and has not."""
    timer = db.session.get(DueTimer, _TIMER_ID)
    return timer is None or timer.due_at + EVERY < now


def _set_clock(at: datetime) -> None:
    again = {"due_at": at, "next_attempt_at": at, "done_at": None, "attempt_count": 0}
    db.session.execute(update(DueTimer).where(DueTimer.id == _TIMER_ID).values(again))


def _destroy(records: SealedRecords, now: datetime) -> int:
    due = [one for one in _look(records, now) if is_due(records.kind, one.facts, now)]
    if not due:
        return 0
    # From here on nobody can put a hold on them; one that came while we looked is seen now.
    erasures.lock_alive([one.key_id for one in due])
    free = {one.key_id for one in _look(records, now, [one.key_id for one in due])}
    due = [one for one in due if one.key_id in free]
    count = erasures.destroy([one.key_id for one in due], SCHEDULED)
    records.forget(sorted({one.subject_id for one in due}))
    return count


def _look(records: SealedRecords, now: datetime, key_ids: Sequence[str] | None = None) -> list[_Due]:
    """What SQL finds due and not held, oldest first (one query)."""
    columns: tuple[Any, ...] = (
        records.subject_id,
        records.key_id,
        records.began_at,
        records.taken_at,
        records.ended_at,
    )
    last = now - TABLE[records.kind].kept_for
    found = records.alive(*columns).where(records.since <= last, ~records.is_held(now))
    if key_ids is not None:
        found = found.where(records.key_id.in_(key_ids))
    rows = db.session.execute(found.order_by(records.since, records.key_id).limit(AT_ONCE))
    return [_Due(row[0], row[1], Facts(row[2], row[3], row[4])) for row in rows]


def _clear(records: PlainRecords, now: datetime) -> int:
    last = now - TABLE[records.kind].kept_for
    table = records.id.class_
    found = select(records.id).where(records.is_there, records.since <= last)
    ids = db.session.scalars(found.order_by(records.since, records.id).limit(AT_ONCE)).all()
    if not ids:
        return 0
    change = update(table).values(records.emptied) if records.emptied else delete(table)
    db.session.execute(change.where(records.id.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)


def _noted(kind: Kind, count: int) -> Counter[Kind]:
    record(What.RECORDS_SWEPT, actor=SYSTEM, subject_type=SCHEDULE, subject_id=kind.value, count=count)
    return Counter({kind: count})


TIMER_HANDLERS: dict[str, TimerHandler] = {SWEEP_TIMER: go_on}

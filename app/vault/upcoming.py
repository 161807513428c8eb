"""What will be destroyed when: how many records of each kind on each of the next days."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, literal, select

from app.foundation.db import db
from app.foundation.reader import as_machine
from app.vault.records import plain_records, sealed_records
from app.vault.retention import TABLE, Kind

DAYS_AHEAD = 35
GRACE = timedelta(hours=2)
"""The sweep comes each hour; what has been due for longer than this should be gone."""
_BEHIND_UTC = timedelta(hours=8)
"""Days are counted by the database, on the office's clock in winter: an hour off in summer."""


@dataclass
class Ahead:
    """What is to come for one kind."""

    kind: Kind
    by_day: Counter[date] = field(default_factory=Counter)
    """Due on each day, today first; what is due already counts as today."""
    overdue: int = 0
    """Due for so long that a sweep has failed."""
    held: int = 0
    """Kept by a legal hold, whenever it would be due."""

    def within(self, today: date, days: int) -> int:
        """How many go from today on, in so many days."""
        return sum(count for day, count in self.by_day.items() if day < today + timedelta(days=days))


def look_ahead(now: datetime) -> list[Ahead]:
    """All kinds in the order of the table (three queries for each)."""
    with as_machine():  # counts, whoever asks: never a record
        return _counted(now)


def _counted(now: datetime) -> list[Ahead]:
    kinds = [one.kind for one in sealed_records()] + [one.kind for one in plain_records()]
    found = {kind: Ahead(kind) for kind in kinds}
    for sealed in sealed_records():
        is_free = ~sealed.is_held(now)
        _fill(found[sealed.kind], sealed.alive(), sealed.since, now, is_free)
        held = sealed.alive(func.count()).where(sealed.is_held(now))
        found[sealed.kind].held += db.session.scalar(held) or 0
    for plain in plain_records():
        rows = select().select_from(plain.id.class_).where(plain.is_there)
        _fill(found[plain.kind], rows, plain.since.expression, now)
    return [found[kind] for kind in TABLE if kind in found]


def days_ahead(now: datetime) -> list[date]:
    """The days of the page: today and those after it."""
    today = (now - _BEHIND_UTC).date()
    return [today + timedelta(days=n) for n in range(DAYS_AHEAD + 1)]


def _fill(
    ahead: Ahead,
    rows: Select[Any],
    since: ColumnElement[Any],
    now: datetime,
    *conditions: ColumnElement[bool],
) -> None:
    kept_for, days = TABLE[ahead.kind].kept_for, days_ahead(now)
    rows = rows.where(since <= now + timedelta(days=DAYS_AHEAD + 1) - kept_for, *conditions)
    day = _day_of(since)
    for text, count in db.session.execute(rows.add_columns(day, func.count()).group_by(day)):
        due_on = date.fromisoformat(text) + timedelta(days=round(kept_for / timedelta(days=1)))
        if due_on <= days[-1]:
            ahead.by_day[max(due_on, days[0])] += count
    overdue = rows.add_columns(func.count()).where(since <= now - GRACE - kept_for)
    ahead.overdue += db.session.scalar(overdue) or 0


def _day_of(moment: ColumnElement[Any]) -> ColumnElement[str]:
    if db.engine.dialect.name == "sqlite":
        return func.date(moment, "-8 hours", type_=String)
    local = func.timezone("UTC", moment) - literal(_BEHIND_UTC)
    return func.to_char(local, "YYYY-MM-DD", type_=String)

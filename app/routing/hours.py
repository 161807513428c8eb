"""Weekly hours on the Los Angeles clock, laid onto real time. Pure.

Hours mean what the clock on the wall says: a window from 22:00 to 06:00 is seven or nine
hours long in the nights when the clock is set, and there is never a gap or a doubled hour
between two windows that meet.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.foundation.office import LOS_ANGELES

_DAY = timedelta(days=1)

Span = tuple[datetime, datetime]
"""From a moment up to, and without, another."""


@dataclass(frozen=True)
class Hours:
    """Weekly hours: they begin on a weekday (0 is Monday) and, when `to` is not later, end on the next."""

    weekday: int
    from_minute: int
    to_minute: int


@dataclass(frozen=True)
class DaysOff:
    """Days, both included, on which no hours begin."""

    first_on: date
    last_on: date


def is_running(hours: Hours, off: Iterable[DaysOff], now: datetime) -> bool:
    """Whether these hours run at a moment."""
    return bool(spans_between([hours], off, now, now + timedelta(microseconds=1)))


def spans_between(
    weekly: Iterable[Hours], off: Iterable[DaysOff], start: datetime, end: datetime
) -> list[Span]:
    """The stretches of real time between two moments in which any of these hours run, joined."""
    days_off = list(off)
    found = [
        (max(begins, start), min(ends, end))
        for hours in weekly
        for begins, ends in _occurrences(hours, start, end)
        if not _is_off(begins, days_off) and begins < end and ends > start
    ]
    return _joined(found)


def uncovered(promised: Sequence[Span], standing: Sequence[Span]) -> list[Span]:
    """The parts of what is promised in which nobody stands."""
    gaps = list(promised)
    for begins, ends in standing:
        gaps = [part for gap in gaps for part in _cut(gap, begins, ends)]
    return gaps


def _occurrences(hours: Hours, start: datetime, end: datetime) -> Iterator[Span]:
    day = start.astimezone(LOS_ANGELES).date() - _DAY
    last = end.astimezone(LOS_ANGELES).date()
    while day <= last:
        if day.weekday() == hours.weekday:
            ends_on = day if hours.to_minute > hours.from_minute else day + _DAY
            yield _moment(day, hours.from_minute), _moment(ends_on, hours.to_minute)
        day += _DAY


def _moment(day: date, minute: int) -> datetime:
    """A time on the wall clock as a moment; 24:00 is the next midnight."""
    day, minute = day + _DAY * (minute // 1440), minute % 1440
    return datetime.combine(day, time(minute // 60, minute % 60), LOS_ANGELES).astimezone(UTC)


def _is_off(begins: datetime, off: Sequence[DaysOff]) -> bool:
    day = begins.astimezone(LOS_ANGELES).date()
    return any(one.first_on <= day <= one.last_on for one in off)


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for begins, ends in sorted(spans):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return joined


def _cut(gap: Span, begins: datetime, ends: datetime) -> Iterator[Span]:
    if ends <= gap[0] or begins >= gap[1]:
        yield gap
        return
    if begins > gap[0]:
        yield gap[0], begins
    if ends < gap[1]:
        yield ends, gap[1]

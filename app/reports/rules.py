"""How figures are made: exact percentiles, shares with their n, cost, and what is too few to show. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.foundation.office import LOS_ANGELES

SMALLEST_SHOWN = 11
"""Fewer than this in an area could let somebody be recognized (security.md E)."""
PROMISED_MINUTES = 28
"""What Los Angeles's unarmed response took on average in its first year (triage.md 1.1): our promise."""
OUR_DOLLARS_PER_HOUR = 35
POLICE_DOLLARS_PER_HOUR = 85


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The value that this share of all values does not exceed, from sorted values; None of none.

    The nearest-rank definition: always a value that was measured, never one in between.
    """
    if not ordered:
        return None
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


@dataclass(frozen=True)
class Spread:
    """How long something took, in whole minutes: the middle half, the middle, nine of ten; and n."""

    label: str
    count: int
    low: int | None = None
    middle: int | None = None
    high: int | None = None
    ninety: int | None = None


def spread_of(label: str, minutes: Iterable[float]) -> Spread:
    """The spread of some minutes; only its n where there are too few to show."""
    ordered = sorted(minutes)
    if len(ordered) < SMALLEST_SHOWN:
        return Spread(label, len(ordered))
    low, middle, high, ninety = (round(percentile(ordered, share) or 0) for share in (0.25, 0.5, 0.75, 0.9))
    return Spread(label, len(ordered), low, middle, high, ninety)


@dataclass(frozen=True)
class Share:
    """A part of a whole, with both numbers."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """In percent with one decimal; None of nothing."""
        return round(100 * self.part / self.whole, 1) if self.whole else None


def shown(count: int) -> int | None:
    """A count as it may be shown: zero is told, one to ten is not."""
    return count if count == 0 or count >= SMALLEST_SHOWN else None


class Hidden(StrEnum):
    """Why a count of a table is not told."""

    FEW = "few"
    BESIDE = "beside"


def told_together(counts: Sequence[int]) -> list[int | Hidden]:
    """The counts of one table as they may be shown beside their total.

    One small count alone could be reckoned from the total and the rest, so the next
    smallest is then hidden with it.
    """
    small = [place for place, count in enumerate(counts) if shown(count) is None]
    others = [place for place, count in enumerate(counts) if count and place not in small]
    beside = min(others, key=lambda place: counts[place]) if len(small) == 1 and others else None
    return [
        Hidden.FEW if place in small else Hidden.BESIDE if place == beside else count
        for place, count in enumerate(counts)
    ]


@dataclass(frozen=True)
class Cost:
    """What our hours cost, and what the same hours of a patrol would have cost, in whole dollars."""

    hours: float
    ours: int
    police: int


def cost_of(hours: float) -> Cost:
    return Cost(round(hours, 1), round(hours * OUR_DOLLARS_PER_HOUR), round(hours * POLICE_DOLLARS_PER_HOUR))


@dataclass(frozen=True)
class Period:
    """A stretch of days on the Los Angeles calendar, both ends included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time.min, LOS_ANGELES)

    @property
    def end(self) -> datetime:
        """The moment after the last day."""
        return datetime.combine(self.last + timedelta(days=1), time.min, LOS_ANGELES)


def last_days(today: date, count: int = 90) -> Period:
    return Period(today - timedelta(days=count - 1), today)


def month_of(day: date) -> Period:
    """The whole month a day is in."""
    first = day.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return Period(first, after - timedelta(days=1))


def quarter_of(day: date) -> Period:
    """The whole quarter a day is in."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return Period(first, month_of(first + timedelta(days=70)).last)


def usual_periods(today: date) -> dict[str, Period]:
    """The periods one asks for most: by name, the newest first."""
    month, quarter = month_of(today), quarter_of(today)
    return {
        "days": last_days(today),
        "month": month,
        "month_before": month_of(month.first - timedelta(days=1)),
        "quarter": quarter,
        "quarter_before": quarter_of(quarter.first - timedelta(days=1)),
    }


def months_before(period: Period, count: int) -> list[Period]:
    """Whole months, oldest first, the last one being that of the period's end."""
    months = [month_of(period.last)]
    while len(months) < count:
        months.append(month_of(months[-1].first - timedelta(days=1)))
    return months[::-1]

"""For how long a yes to being asked again keeps who somebody is. Pure."""

from datetime import UTC, datetime, time, timedelta

from app.cases.rules import day_of
from app.foundation.office import LOS_ANGELES
from app.vault.retention import TABLE, Facts, Kind, is_due

DAYS = (60, 90, 180)
"""What a person may choose from; longer than what everybody's is kept, and no longer than was promised."""


def last_moment(closed_at: datetime, days: int) -> datetime:
    """The beginning of the last day, and never more than so many days after the case was closed."""
    last_day = day_of(closed_at) + timedelta(days=days)
    begins = datetime.combine(last_day, time(), LOS_ANGELES).astimezone(UTC)
    return min(begins, closed_at + timedelta(days=days))


def counted_from(closed_at: datetime, days: int) -> datetime:
    """From when the time of the retention table counts, so that it ends when the yes does."""
    return last_moment(closed_at, days) - TABLE[Kind.FOLLOW_UP].kept_for


def is_past_all_others(closed_at: datetime, now: datetime) -> bool:
    """Whether the people of a case who said no such yes are forgotten by now."""
    return is_due(Kind.PARTY, Facts(closed_at, ended_at=closed_at), now)

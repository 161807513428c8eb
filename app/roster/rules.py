"""What a shift may be. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.foundation.errors import DomainError

LONGEST = timedelta(hours=16)
"""Tired people misjudge danger: a longer stretch needs a second person, not a longer shift."""
BACKDATED = timedelta(days=1)
"""A shift that was stood but not written down may be entered a day later, no more."""
FURTHEST = timedelta(days=180)

Span = tuple[datetime, datetime]


class ShiftNotPossible(DomainError):
    """A shift that cannot be; the message says what to change."""

    status = 422
    code = "shift-not-possible"


def check_shift(starts_at: datetime, ends_at: datetime, others: Iterable[Span], now: datetime) -> None:
    """Raise `ShiftNotPossible` unless a person can stand these hours beside their `others`."""
    if ends_at <= starts_at:
        raise ShiftNotPossible("The shift ends before it begins. Change one of the two.")
    if ends_at - starts_at > LONGEST:
        raise ShiftNotPossible("A shift is at most 16 hours long. Make it shorter.")
    if starts_at < now - BACKDATED:
        raise ShiftNotPossible("This shift began more than a day ago. Choose a later start.")
    if starts_at > now + FURTHEST:
        raise ShiftNotPossible("This shift begins more than half a year from now. Choose an earlier start.")
    if any(begins < ends_at and ends > starts_at for begins, ends in others):
        raise ShiftNotPossible(
            "This person has another shift in these hours. End that one, or change the hours."
        )

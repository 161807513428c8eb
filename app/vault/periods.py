"""Quarters and months by name, with their ends. Pure. Counted in UTC: nobody is shown them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.vault.models import KeyPurpose

MONTHS = {KeyPurpose.CALLBACKS: 3, KeyPurpose.TRAIL: 1}
"""How long the keys of each purpose make marks."""


@dataclass(frozen=True)
class Period:
    """A span of time: its name, and the moment at which the next one begins."""

    name: str
    ends_at: datetime


def period_at(purpose: KeyPurpose, moment: datetime) -> Period:
    """The quarter or month that a moment falls in."""
    months, at = MONTHS[purpose], moment.astimezone(UTC)
    number = (at.month - 1) // months
    years, month = divmod((number + 1) * months, 12)
    ends_at = datetime(at.year + years, month + 1, 1, tzinfo=UTC)
    return Period(f"{at:%Y-%m}" if months == 1 else f"{at:%Y}Q{number + 1}", ends_at)

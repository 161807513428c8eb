"""Counting failed tries in the database, as fingerprints, so that a guesser is slowed down.

One counter for passwords and receipts: too many failures for one thing, or from one
address, and the answer is "wait". A shelter or a library shares one address, so the limit
for an address is wide.
"""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Id, Model, db
from app.foundation.errors import DomainError
from app.vault.sealing import fingerprint

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
ADDRESS_LIMIT = 50


class FailedAttempt(Model):
    """A failed try. Kept a day, as a fingerprint of what or whom it came from."""

    __tablename__ = "failed_attempts"
    __table_args__ = (Index("ix_failed_attempts_who", "who", "at"),)

    id: Mapped[Id]
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class TooManyAttempts(DomainError):
    """Wait before the next try."""

    status = 429
    code = "slow-down"

    def __init__(self) -> None:
        super().__init__(_l("Too many tries. Wait 15 minutes, then try again."))


def require_few_failures(now: datetime, **limits: tuple[str, int]) -> None:
    """Refuse when any of these has failed too often lately: kind = (who, limit)."""
    for kind, (who, limit) in limits.items():
        recent = select(func.count()).select_from(FailedAttempt)
        lately = recent.where(FailedAttempt.who == fingerprint(kind, who), FailedAttempt.at > now - WINDOW)
        if (db.session.scalar(lately) or 0) >= limit:
            raise TooManyAttempts


def note_failure(now: datetime, **whom: str) -> None:
    """Count a failure for each of these, and forget those of yesterday."""
    db.session.execute(delete(FailedAttempt).where(FailedAttempt.at < now - KEPT))
    db.session.add_all(FailedAttempt(who=fingerprint(kind, who), at=now) for kind, who in whom.items())

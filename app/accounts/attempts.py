"""Counting failed tries in the database, as fingerprints, so that a guesser is slowed down.

One counter for passwords, codes and receipts: too many failures for one thing, or from one
address, and the answer is "wait". A shelter or a library shares one address: sixty people
who mistype are let in, and one who guesses at a hundred names is not. So an address counts a
name once, however often it failed; and a device on which somebody has signed in before
(`device`) counts for itself: neither its address nor a guesser elsewhere shuts that person out.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Id, Model, db, only_reads
from app.foundation.errors import DomainError
from app.vault.keyring import fingerprint

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
ACCOUNT_LIMIT = 5
ADDRESS_LIMIT = 100
"""How many different names may fail from one address."""
FORGOTTEN_AT_ONCE = 20


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
    """Refuse when any of these has failed too often lately: kind = (who, limit).

    Where something may be written afterwards, of two tries at once the second waits and counts the first.
    """
    _hold(fingerprint(kind, who) for kind, (who, _limit) in limits.items())
    if any(_count(now, kind, who) >= limit for kind, (who, limit) in limits.items()):
        raise TooManyAttempts


def note_failure(now: datetime, **whom: str) -> None:
    """Count a failure for each of these, and forget those of yesterday.

    The oldest rows only are looked at, by their key: in a flood each would else read all the others.
    """
    oldest = select(FailedAttempt.id).order_by(FailedAttempt.id).limit(FORGOTTEN_AT_ONCE)
    is_of_yesterday = FailedAttempt.at < now - KEPT
    db.session.execute(delete(FailedAttempt).where(FailedAttempt.id.in_(oldest), is_of_yesterday))
    db.session.add_all(FailedAttempt(who=fingerprint(kind, who), at=now) for kind, who in whom.items())


def require_no_guesser(email: str, *, address: str, device: str | None, now: datetime) -> None:
    """Refuse a try at this name when too many have failed. `device`: one that this person has used."""
    if device:
        require_few_failures(now, sign_in_device=(f"{device}|{email}", ACCOUNT_LIMIT))
    else:
        require_few_failures(
            now, sign_in_account=(email, ACCOUNT_LIMIT), sign_in_address=(address, ADDRESS_LIMIT)
        )


def note_guess(email: str, *, address: str, device: str | None, now: datetime) -> None:
    """Count a try at this name that failed."""
    if device:
        note_failure(now, sign_in_device=f"{device}|{email}")
        return
    note_failure(now, sign_in_account=email)
    name_here = f"{address}|{email}"
    if not _count(now, "sign_in_name", name_here):
        note_failure(now, sign_in_name=name_here, sign_in_address=address)


def _hold(prints: Iterable[str]) -> None:
    """Have others wait who count the same, until this transaction ends. On SQLite only one writes anyway."""
    if only_reads.get() or db.engine.dialect.name != "postgresql":
        return
    for one in sorted(prints):  # all in one order, so that no two wait for each other
        number = int.from_bytes(bytes.fromhex(one)[:8], signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(number)))


def _count(now: datetime, kind: str, who: str) -> int:
    lately = select(func.count()).where(
        FailedAttempt.who == fingerprint(kind, who), FailedAttempt.at > now - WINDOW
    )
    return db.session.scalar(lately) or 0

"""What dispatch compares its own book with: every dated change of its calls, in order, none left out.

A list that is read on from a cursor must never pass over a row that is committed late. So it ends
some seconds before now, longer than any write of ours may take, and what is younger comes with the
next question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Row, Select, select

from app.foundation.db import db
from app.foundation.ids import first_id_at
from app.referrals.models import Custody, Referral, ReferralStateRow, State

SETTLED = timedelta(seconds=10)
LOOKS_BACK = timedelta(hours=24)
LARGEST_PAGE = 500
MOST_DIGESTED = 50_000

_Change = Row[str, str, str, int, State, Custody, str | None, datetime]


@dataclass(frozen=True)
class Changes:
    """A page of changes. `next_cursor` is where the next question goes on, also when nothing came."""

    rows: Sequence[_Change]
    next_cursor: str
    has_more: bool


@dataclass(frozen=True)
class Digest:
    """How many changes lie after one cursor up to another, and a hash over them in order."""

    since: str
    until: str
    count: int
    digest: str


def list_changes(whose: ColumnElement[bool], since: str | None, limit: int, now: datetime) -> Changes:
    """The changes of these calls after a cursor, oldest first (one query by the primary key)."""
    since, until = since or first_id_at(now - LOOKS_BACK), first_id_at(now - SETTLED)
    rows = db.session.execute(_between(whose, since, until).limit(limit + 1)).all()
    has_more = len(rows) > limit
    shown = rows[:limit]
    return Changes(shown, shown[-1].id if has_more else max(since, until), has_more)


def digest_changes(whose: ColumnElement[bool], since: str | None, now: datetime) -> Digest:
    """The same as one figure, for at most 50,000 changes: equal books have equal digests.

    The hash is SHA-256 over a line for each change: cursor, referral id, state and owner, with
    one space between them and a line feed after each.
    """
    since, until = since or first_id_at(now - LOOKS_BACK), first_id_at(now - SETTLED)
    rows = db.session.execute(_between(whose, since, until).limit(MOST_DIGESTED + 1)).all()
    taken, hashed = rows[:MOST_DIGESTED], sha256()
    for row in taken:
        hashed.update(f"{row.id} {row.referral_id} {row.state} {row.custody}\n".encode())
    last = taken[-1].id if len(rows) > len(taken) else max(since, until)
    return Digest(since, last, len(taken), hashed.hexdigest())


def _between(
    whose: ColumnElement[bool], since: str, until: str
) -> Select[str, str, str, int, State, Custody, str | None, datetime]:
    return (
        select(
            ReferralStateRow.id,
            ReferralStateRow.referral_id,
            Referral.incident_id,
            Referral.applied_version,
            ReferralStateRow.state,
            ReferralStateRow.custody,
            ReferralStateRow.reason,
            ReferralStateRow.at,
        )
        .join(Referral, Referral.id == ReferralStateRow.referral_id)
        .where(ReferralStateRow.id > since, ReferralStateRow.id < until, whose)
        .order_by(ReferralStateRow.id)
    )

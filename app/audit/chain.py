"""The hash chain over the trail: each entry's digest covers the one before it.

Linking runs in the worker, not in the request: a chain has one end, and a hook that
waited for it would take one call at a time. An entry counts as safe once it is linked,
within seconds; `flask audit verify` says how many are not yet.
"""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, type_coerce, update
from sqlalchemy.types import NullType

from app.audit.damage import Linked
from app.audit.digests import START, digest_over, said_by
from app.audit.models import AuditEntry
from app.foundation.db import db

BATCH = 500
RECENT = 1000
"""How many entries a page looks at."""
_RAW = [type_coerce(column, NullType()).label(column.name) for column in AuditEntry.__table__.columns]


@dataclass(frozen=True)
class Verification:
    """What a walk along the chain found. `broken_at` is the first position that does not fit."""

    linked_count: int
    waiting_count: int
    broken_at: int | None


def end() -> tuple[int, str]:
    """The last position and its digest; 0 and zeros before the first entry (one query)."""
    last = select(AuditEntry.position, AuditEntry.digest).where(AuditEntry.position.is_not(None))
    found = db.session.execute(last.order_by(AuditEntry.position.desc()).limit(1)).one_or_none()
    return (found.position, found.digest or START) if found else (0, START)


def link_waiting() -> int:
    """Link up to a batch of new entries to the end of the chain; says how many.

    Two workers may try at once: the unique position lets only one of them commit.
    """
    position, digest = end()
    waiting = db.session.execute(
        select(*AuditEntry.__table__.columns)
        .where(AuditEntry.position.is_(None))
        .order_by(AuditEntry.id)
        .limit(BATCH)
    ).all()
    places = []
    for entry in waiting:
        position += 1
        digest = digest_over(digest, said_by(entry))
        places.append({"id": entry.id, "position": position, "digest": digest})
    if places:
        db.session.flush()
        db.session.execute(update(AuditEntry), places)
    return len(places)


def is_anything_waiting() -> bool:
    """Whether an entry is not linked yet (one query, by its index)."""
    return db.session.scalar(select(AuditEntry.id).where(AuditEntry.position.is_(None)).limit(1)) is not None


def oldest_waiting() -> datetime | None:
    """When the oldest entry was made that is not linked yet; None when all are.

    Until it is linked, whoever has all power over the database could take it out unseen.
    """
    waiting = select(AuditEntry.at).where(AuditEntry.position.is_(None)).order_by(AuditEntry.id).limit(1)
    return db.session.scalar(waiting)


def verify(count: int | None = None) -> Verification:
    """Walk the chain, or only its newest part: quick enough for a page, whatever its length.

    The chain alone: what only checkpoints can find is in verification.py.
    """
    last = db.session.scalar(select(func.max(AuditEntry.position))) or 0
    position = before = max(last - count, 0) if count is not None else 0
    previous = db.session.scalar(select(AuditEntry.digest).where(AuditEntry.position == before)) or START
    broken_at = None
    with closing(linked_after(before)) as entries:
        for entry in entries:
            position += 1
            if entry.position != position or not entry.follows(previous):
                broken_at = position
                break
            previous = entry.digest or START
    return Verification(linked_count=position - before, waiting_count=count_waiting(), broken_at=broken_at)


def count_waiting() -> int:
    """How many entries are not linked yet (one query, by its index)."""
    waiting = select(func.count()).select_from(AuditEntry).where(AuditEntry.position.is_(None))
    return db.session.scalar(waiting) or 0


def linked_after(position: int | None = None) -> Generator[Linked]:
    """Linked entries in order, a batch in memory at a time; of a position that nobody gives, too.

    They are read raw: whatever somebody wrote into a column, it is read and does not fit.
    """
    linked = select(*_RAW).where(AuditEntry.position.is_not(None))
    if position is not None:
        linked = linked.where(AuditEntry.position > position)
    ordered = linked.order_by(AuditEntry.position, AuditEntry.id).execution_options(yield_per=BATCH)
    with closing(db.session.execute(ordered)) as rows:
        for row in rows:
            position = row.position if isinstance(row.position, int) else 0
            yield Linked(position, row.digest, said_by(row))

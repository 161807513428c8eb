"""The hash chain over the trail: each entry's digest covers the one before it.

Linking runs in the worker, not in the request: a chain has one end, and a hook that
waited for it would take one call at a time. An entry counts as safe once it is linked,
within seconds; `flask audit verify` says how many are not yet.
"""

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import ScalarResult, func, select

from app.audit.models import AuditEntry
from app.foundation.db import db

BATCH = 500
RECENT = 1000
START = "0" * 64


@dataclass(frozen=True)
class Verification:
    """What a walk along the chain found. `broken_at` is the first position that does not fit."""

    linked_count: int
    waiting_count: int
    broken_at: int | None


def digest_of(entry: AuditEntry, previous: str) -> str:
    """SHA-256 over the previous digest and everything the entry says."""
    said = [
        previous,
        entry.id,
        entry.at.isoformat(),
        entry.what.value,
        entry.actor_kind,
        entry.actor_id,
        entry.actor_role,
        entry.subject_type,
        entry.subject_id,
        entry.facts,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def link_waiting() -> int:
    """Link up to a batch of new entries to the end of the chain; says how many.

    Two workers may try at once: the unique position lets only one of them commit.
    """
    last = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.position.is_not(None))
        .order_by(AuditEntry.position.desc())
        .limit(1)
    ).first()
    position, digest = (last.position or 0, last.digest or START) if last else (0, START)
    waiting = db.session.scalars(
        select(AuditEntry).where(AuditEntry.position.is_(None)).order_by(AuditEntry.id).limit(BATCH)
    ).all()
    for entry in waiting:
        position += 1
        digest = digest_of(entry, digest)
        entry.position, entry.digest = position, digest
    db.session.flush()
    return len(waiting)


def verify() -> Verification:
    """Walk the whole chain and say where it breaks, if it does."""
    position, broken_at = _walk(0, START)
    return Verification(linked_count=position, waiting_count=_count_waiting(), broken_at=broken_at)


def verify_recent(count: int = RECENT) -> Verification:
    """Walk only the newest part of the chain: quick enough for a page, whatever its length."""
    last = db.session.scalar(select(func.max(AuditEntry.position))) or 0
    before = max(last - count, 0)
    previous = select(AuditEntry.digest).where(AuditEntry.position == before)
    position, broken_at = _walk(before, db.session.scalar(previous) or START)
    return Verification(linked_count=position - before, waiting_count=_count_waiting(), broken_at=broken_at)


def _walk(position: int, previous: str | None) -> tuple[int, int | None]:
    """Follow the chain on from a position with its digest: how far it holds, and where it breaks."""
    with closing(_in_order(position)) as entries:
        for entry in entries:
            position += 1
            if entry.position != position or entry.digest != digest_of(entry, previous or START):
                return position, position
            previous = entry.digest
    return position, None


def _count_waiting() -> int:
    waiting = select(func.count()).select_from(AuditEntry).where(AuditEntry.position.is_(None))
    return db.session.scalar(waiting) or 0


def _in_order(after: int) -> ScalarResult[AuditEntry]:
    linked = select(AuditEntry).where(AuditEntry.position > after).order_by(AuditEntry.position)
    return db.session.scalars(linked.execution_options(yield_per=BATCH))

"""The trail as rows: written with the change, linked into a hash chain by the worker, and checkpointed.

The database itself refuses to change or delete them (guarding.py). Whoever has all power over
the database can take that away; what was done then is found by `flask audit verify`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.catalogue import What
from app.foundation.db import Id, Model

PERMISSION_LENGTH = 40


class AuditEntry(Model):
    """Who did or saw what, when, and under which permission. Never changed but for its place in the chain."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject", "subject_id", "subject_type", "at"),
        Index("ix_audit_entries_at", "at", "id"),
        Index("ix_audit_entries_actor", "actor_id", "at"),
        Index("ix_audit_entries_kind", "what", "at"),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    what: Mapped[What]
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str | None] = mapped_column(String(80))
    """A person is named by a mark of the month (`audit.people`), as is their assignment."""
    actor_role: Mapped[str | None] = mapped_column(String(40))
    permission: Mapped[str | None] = mapped_column(String(PERMISSION_LENGTH))
    """What let them: a value of `accounts.permissions.Permission`; none where nobody's was asked."""
    assignment_id: Mapped[str | None] = mapped_column(String(80))
    """The assignment that made it their work, where one did."""
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]]
    position: Mapped[int | None] = mapped_column(unique=True)
    digest: Mapped[str | None] = mapped_column(String(64))


Index(
    "ix_audit_entries_unlinked",
    AuditEntry.id,
    sqlite_where=AuditEntry.position.is_(None),
    postgresql_where=AuditEntry.position.is_(None),
)


class AuditCheckpoint(Model):
    """How far the chain had come at a moment, signed. `line` is what the outside witness has.

    Number and position stand in the line too; here they are for finding it.
    """

    __tablename__ = "audit_checkpoints"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
    at: Mapped[datetime]
    line: Mapped[str] = mapped_column(Text)


class Verdict(StrEnum):
    """What an auditor thinks of a look: it fits the work, or somebody is asked about it."""

    FITS = "fits"
    ASK = "ask"


class LookMark(Model):
    """An auditor's mark on a look of the weekly sample. A change of mind is a new row; the newest counts."""

    __tablename__ = "audit_look_marks"

    id: Mapped[Id]
    entry_id: Mapped[str] = mapped_column(ForeignKey("audit_entries.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(String(26))
    """The auditor's account. No foreign key: the trail knows nothing of accounts."""
    verdict: Mapped[Verdict]
    reason: Mapped[str] = mapped_column(String(300))

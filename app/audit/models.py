"""The trail as rows: written with the change, linked into a hash chain by the worker."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.catalogue import What
from app.foundation.db import Id, Model


class AuditEntry(Model):
    """Who did or saw what, and when. Never changed but for its place in the chain."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject", "subject_type", "subject_id", "at"),)

    id: Mapped[Id]
    at: Mapped[datetime]
    what: Mapped[What]
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str | None] = mapped_column(String(80))
    actor_role: Mapped[str | None] = mapped_column(String(40))
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

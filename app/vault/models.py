"""Data keys: one for each case, referral, input or handoff, kept only in wrapped form."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Id, Model


class KeyPurpose(StrEnum):
    """Whose fields a data key seals. Who may open them is said for each (`vault.access`)."""

    CASE = "case"
    BLOCK = "case block"
    CONTACT = "contact"
    PHOTO = "photo"
    PARTY = "party"
    REFERRAL = "referral"
    HANDOFF = "handoff"
    INPUT = "input"
    DESTINATION = "destination"
    CLIENT = "dispatch client"
    ACCOUNT = "account"
    CALLBACKS = "callbacks"
    """No record: the key of a quarter, by which numbers are known again (`period_keys`)."""
    TRAIL = "trail"
    """No record: the key of a month, by which the trail names people."""


class DataKey(Model):
    """The key of one record's sealed fields. Destroyed is a tombstone: the row stays, the key goes."""

    __tablename__ = "data_keys"
    __table_args__ = (
        CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed_has_no_key"),
    )

    id: Mapped[Id]
    purpose: Mapped[KeyPurpose]
    wrapped: Mapped[bytes | None]
    wrapped_by: Mapped[str | None] = mapped_column(String(16), index=True)
    """Which key-encryption key wrapped it (`keyring.id_of`); None: it was wrapped before they had ids."""
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]
    destroyed_reason: Mapped[str | None] = mapped_column(String(80))

"""Data keys: one for each case, referral or input, kept only in wrapped form."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Id, Model


class DataKey(Model):
    """The key of one record's sealed fields. Destroyed is a tombstone: the row stays, the key goes."""

    __tablename__ = "data_keys"
    __table_args__ = (
        CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed_has_no_key"),
    )

    id: Mapped[Id]
    purpose: Mapped[str] = mapped_column(String(40))
    wrapped: Mapped[bytes | None]
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]
    destroyed_reason: Mapped[str | None] = mapped_column(String(80))

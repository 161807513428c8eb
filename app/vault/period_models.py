"""Keys of a span of time: whose time is over, what was made by them leads nowhere any more."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Id, Model
from app.vault.models import KeyPurpose

PERIOD_LENGTH = 8


class PeriodKey(Model):
    """The key of one quarter or month, for one purpose. It seals no record; it makes others' marks."""

    __tablename__ = "period_keys"
    __table_args__ = (
        UniqueConstraint("purpose", "period"),
        Index("ix_period_keys_key_id", "key_id"),
        Index("ix_period_keys_ends_at", "ends_at"),
    )

    id: Mapped[Id]
    purpose: Mapped[KeyPurpose]
    period: Mapped[str] = mapped_column(String(PERIOD_LENGTH))
    """Its name: `2026Q4`, `2026-11`."""
    ends_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))

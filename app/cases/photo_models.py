"""Pictures in a case: an agreement signed on paper, a broken fence. Sealed, and without their place."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.foundation.db import Id, Model
from app.vault.columns import Ciphertext, Sealed


class PhotoKind(StrEnum):
    """What a picture shows, as far as anybody may know who has not opened it."""

    PAPER = "paper"
    PLACE = "place"
    DAMAGE = "damage"
    OTHER = "other"


class CasePhoto(Model):
    """One picture, as a JPEG of our own making. Taken away: the row stays for the trail, the picture goes."""

    __tablename__ = "case_photos"
    __table_args__ = (
        CheckConstraint("width > 0 AND height > 0 AND byte_count > 0", name="has_size"),
        CheckConstraint("removed_at IS NULL OR picture_sealed IS NULL", name="removed_is_empty"),
        Index("ix_case_photos_case", "case_id", "added_at"),
    )

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("conflict_cases.id"))
    kind: Mapped[PhotoKind]
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    picture_sealed: Mapped[Ciphertext | None] = mapped_column(Sealed, deferred=True)
    """Fetched only when somebody looks: a list of pictures is no reason to carry them all."""
    width: Mapped[int]
    height: Mapped[int]
    byte_count: Mapped[int]
    added_at: Mapped[datetime]
    added_by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    removed_at: Mapped[datetime | None]

    added_by: Mapped[Account] = relationship()

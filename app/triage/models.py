"""Each reading of a referral, kept with its reasons: never changed, a later one is a new row."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Id, Model
from app.triage.rules import Decision


class Screening(Model):
    """One reading by one policy version: what it proposed, every reason, the answers it read.

    Reasons point at words by position; the words themselves are sealed with the referral.
    """

    __tablename__ = "screenings"
    __table_args__ = (Index("ix_screenings_referral", "referral_id", "at"),)

    id: Mapped[Id]
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"))
    at: Mapped[datetime]
    decision: Mapped[Decision]
    policy_version: Mapped[str] = mapped_column(String(40))
    reasons: Mapped[list[Any]]
    signs: Mapped[dict[str, Any]]

"""Opening a case in an emergency: a lead asks, somebody of another organization agrees, for an hour."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.cases.models import ConflictCase
from app.foundation.db import Id, Model


class EmergencyReason(StrEnum):
    """Why a lead must know who and where, now. Codes only: the words stay with the people who speak."""

    RESPONDER_SILENT = "responder_silent"
    PARTY_IN_DANGER = "party_in_danger"
    THREAT_TO_STAFF = "threat_to_staff"
    MEDICAL = "medical"


class EmergencyOpening(Model):
    """One request to open a case in an emergency. Nothing opens before a second person has agreed."""

    __tablename__ = "emergency_openings"
    __table_args__ = (
        CheckConstraint("(confirmed_at IS NULL) = (until_at IS NULL)", name="confirmed_until"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed_by_somebody"),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> asked_by_id", name="two_people"),
        Index("ix_emergency_openings_case", "case_id", "until_at"),
        Index("ix_emergency_openings_asked", "asked_at"),
    )

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("conflict_cases.id"))
    reason: Mapped[EmergencyReason]
    asked_by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    asked_at: Mapped[datetime]
    confirmed_by_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_at: Mapped[datetime | None]
    until_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """Refused, or given up before its hour was over."""

    case: Mapped[ConflictCase] = relationship()
    asked_by: Mapped[Account] = relationship(foreign_keys=[asked_by_id])
    confirmed_by: Mapped[Account | None] = relationship(foreign_keys=[confirmed_by_id])

"""Whether a person may be asked again after their case is closed: dated words, of which the newest counts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Id, Model


class SaidHow(StrEnum):
    """How a person said it."""

    IN_PERSON = "in_person"
    BY_PHONE = "by_phone"
    IN_WRITING = "in_writing"


class FollowUpConsent(Model):
    """A person said yes to being asked again, or no, or took it back. It keeps who they are, nothing else."""

    __tablename__ = "follow_up_consents"
    __table_args__ = (
        CheckConstraint("days BETWEEN 31 AND 180", name="days_bounded"),
        CheckConstraint("counted_from IS NULL OR days IS NOT NULL", name="counted_for_a_yes"),
        Index("ix_follow_up_consents_party", "party_id", "at"),
        Index("ix_follow_up_consents_case", "case_id", "at"),
    )

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("conflict_cases.id"))
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    days: Mapped[int | None]
    """For how long after the case is closed; None: no, or taken back."""
    how: Mapped[SaidHow]
    counted_from: Mapped[datetime | None]
    """Of a yes, once its case is closed: the moment from which the longest time ends on its last day."""
    at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))

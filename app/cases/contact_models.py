"""What we did in a case, day by day: contacts, and the times to look again."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.cases.models import Party
from app.foundation.db import Id, Model
from app.vault.columns import Ciphertext, Sealed


class How(StrEnum):
    """The way we came into contact."""

    VISIT = "visit"
    PHONE = "phone"
    MESSAGE = "message"
    JOINT_SESSION = "joint_session"
    CIRCLE = "circle"


class Result(StrEnum):
    """What came of trying."""

    TALKED = "talked"
    NOBODY_THERE = "nobody_there"
    SAID_NO = "said_no"
    LEFT_NOT_SAFE = "left_not_safe"


class Heat(StrEnum):
    """How the conflict is now, beside how it was."""

    CALMER = "calmer"
    SAME = "same"
    HOTTER = "hotter"


class FollowUpKind(StrEnum):
    """Why we look again: a step after an agreement, or somebody's own plan."""

    AFTER_72_HOURS = "72h"
    AFTER_7_DAYS = "7d"
    AFTER_30_DAYS = "30d"
    AFTER_90_DAYS = "90d"
    BY_HAND = "by_hand"


contact_parties = Table(
    "contact_parties",
    Model.metadata,
    Column("contact_id", String(26), ForeignKey("contacts.id"), primary_key=True),
    Column("party_id", String(26), ForeignKey("parties.id"), primary_key=True, index=True),
)


class Contact(Model):
    """One try to reach people, and what came of it. A correction is a new row; both are kept.

    The client's own key makes a retry the same contact: a log is never written twice.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("case_id", "client_key"),
        CheckConstraint("minutes IS NULL OR minutes >= 0", name="minutes_counted"),
        Index("ix_contacts_case", "case_id", "at"),
    )

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("conflict_cases.id"))
    client_key: Mapped[str | None] = mapped_column(String(64))
    corrects_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    """The first log of this contact, however often it was corrected."""
    at: Mapped[datetime]
    how: Mapped[How]
    result: Mapped[Result]
    heat: Mapped[Heat | None]
    minutes: Mapped[int | None]
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    words_sealed: Mapped[Ciphertext | None] = mapped_column(Sealed)
    logged_at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))

    parties: Mapped[list[Party]] = relationship(secondary=contact_parties, order_by=Party.bird)
    by: Mapped[Account] = relationship()


class FollowUp(Model):
    """A day on which somebody looks again. Done when a contact was made for it."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        CheckConstraint("(done_at IS NULL) = (contact_id IS NULL)", name="done_by_contact"),
        Index("ix_follow_ups_due", "done_at", "due_on"),
        Index("ix_follow_ups_case", "case_id", "due_on"),
    )

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("conflict_cases.id"))
    kind: Mapped[FollowUpKind]
    due_on: Mapped[date]
    planned_at: Mapped[datetime]
    planned_by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    done_at: Mapped[datetime | None]
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id"))

"""A person connected to a service, with their consent. What they agreed to share is sealed on its own key."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.models import ConflictCase, Party
from app.cases.photo_models import CasePhoto
from app.directory.models import Service
from app.foundation.db import Id, Model
from app.roster.models import Organization
from app.vault.columns import Ciphertext, Sealed


class HandoffState(StrEnum):
    """Where a service referral stands."""

    DRAFTED = "drafted"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WAITLISTED = "waitlisted"
    FIRST_CONTACT = "first_contact"
    OUTCOME = "outcome"
    CLOSED = "closed"


class Share(StrEnum):
    """What a person may agree to share with one partner; nothing else can be shared."""

    NEED = "need"
    NAME = "name"
    CONTACT = "contact"
    LANGUAGE = "language"
    AREA = "area"
    PICTURES = "pictures"
    """Single pictures of the case, each chosen for this yes; not in the packet."""


class Deed(StrEnum):
    """Consent is given and can be taken back; both are rows."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class How(StrEnum):
    """How a person said yes, or no."""

    ALOUD = "aloud"
    WRITTEN = "written"


class SaidBy(StrEnum):
    """Who said it: the person, or whoever may speak for them."""

    PERSON = "person"
    GUARDIAN = "guardian"


class RefusalReason(StrEnum):
    """Why a partner says no. A code, never words about the person."""

    NO_ROOM = "no_room"
    NOT_FOR_THEM = "not_for_them"
    OUT_OF_AREA = "out_of_area"
    PAPERS_MISSING = "papers_missing"
    ALREADY_WITH_US = "already_with_us"
    OTHER = "other"


class Met(StrEnum):
    """Whether the need was met. Accepted is not helped."""

    MET = "met"
    PARTLY = "partly"
    NOT = "not"
    UNKNOWN = "unknown"


class Handoff(Model):
    """One person, one service, one partner. Every change of state is also a dated row."""

    __tablename__ = "handoffs"
    __table_args__ = (
        Index("ix_handoffs_turn", "state", "clock_due_at"),
        Index("ix_handoffs_partner", "organization_id", "state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_by_state"),
        CheckConstraint("state = 'drafted' OR state = 'closed' OR sent_at IS NOT NULL", name="sent_before"),
    )

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("conflict_cases.id"), index=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"), index=True)
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"), index=True)
    organization_id: Mapped[str] = mapped_column(ForeignKey("organizations.id"))
    previous_id: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id"))
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    packet_sealed: Mapped[Ciphertext] = mapped_column(Sealed)
    """What is meant for the partner, by `Share`; of it they read only what a live consent covers."""
    state: Mapped[HandoffState]
    clock_due_at: Mapped[datetime | None]
    met: Mapped[Met | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    case: Mapped[ConflictCase] = relationship()
    party: Mapped[Party] = relationship()
    service: Mapped[Service] = relationship()
    organization: Mapped[Organization] = relationship()


class HandoffStateRow(Model):
    """One dated row for each change, or for a clock that ran out; never changed after."""

    __tablename__ = "handoff_states"
    __table_args__ = (Index("ix_handoff_states_handoff", "handoff_id", "at"),)

    id: Mapped[Id]
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id"))
    state: Mapped[HandoffState]
    at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(60))
    room_again_on: Mapped[date | None]
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_label: Mapped[str] = mapped_column(String(120))


consent_pictures = Table(
    "consent_pictures",
    Model.metadata,
    Column("consent_id", String(26), ForeignKey("handoff_consents.id"), primary_key=True),
    Column("picture_id", String(26), ForeignKey("case_photos.id"), primary_key=True, index=True),
)
"""Which pictures a yes is for. A later word names its own, or none."""


class HandoffConsent(Model):
    """A person said yes to sharing these things with this one partner until a day, or took it back."""

    __tablename__ = "handoff_consents"
    __table_args__ = (
        Index("ix_handoff_consents_handoff", "handoff_id", "at"),
        CheckConstraint("(deed = 'given') = (until_on IS NOT NULL)", name="given_until"),
    )

    id: Mapped[Id]
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id"))
    deed: Mapped[Deed]
    said_by: Mapped[SaidBy]
    how: Mapped[How]
    shares: Mapped[list[Any]]
    until_on: Mapped[date | None]
    at: Mapped[datetime]
    asked_by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))

    pictures: Mapped[list[CasePhoto]] = relationship(secondary=consent_pictures, order_by=CasePhoto.added_at)

"""Legal holds: exactly these records are not destroyed on schedule while a court wants them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Id, Model


class Subject(StrEnum):
    """What can be named in a hold. There is no hold on a person, a place or a time."""

    REFERRAL = "referral"
    CASE = "case"
    HANDOFF = "handoff"
    INPUT = "input"


class HoldReason(StrEnum):
    """Why the law asks for it. An administrative paper that no judge signed is no reason."""

    SUBPOENA = "subpoena"
    COURT_ORDER = "court_order"
    LITIGATION = "litigation"
    RECORDS_REQUEST = "records_request"


class HoldState(StrEnum):
    """Where a hold stands. It holds from the second person's yes to the second person's release."""

    PROPOSED = "proposed"
    HELD = "held"
    RELEASE_PROPOSED = "release_proposed"
    RELEASED = "released"
    DROPPED = "dropped"


HOLDING = (HoldState.HELD, HoldState.RELEASE_PROPOSED)


class LegalHold(Model):
    """One hold under one number of the legal register. It ends by itself."""

    __tablename__ = "legal_holds"
    __table_args__ = (Index("ix_legal_holds_state", "state", "ends_at"),)

    id: Mapped[Id]
    reason: Mapped[HoldReason]
    register_number: Mapped[str] = mapped_column(String(40))
    ends_at: Mapped[datetime]
    state: Mapped[HoldState]
    proposed_at: Mapped[datetime]

    records: Mapped[list["HeldRecord"]] = relationship(order_by="HeldRecord.id")
    steps: Mapped[list["HoldStep"]] = relationship(order_by="HoldStep.at, HoldStep.id")


class HeldRecord(Model):
    """One record that a hold names."""

    __tablename__ = "held_records"
    __table_args__ = (Index("ix_held_records_subject", "subject", "subject_id"),)

    id: Mapped[Id]
    hold_id: Mapped[str] = mapped_column(ForeignKey("legal_holds.id"), index=True)
    subject: Mapped[Subject]
    subject_id: Mapped[str] = mapped_column(String(26))


class HoldStep(Model):
    """One dated row for each change of a hold, with who did it; never changed after."""

    __tablename__ = "hold_steps"
    __table_args__ = (Index("ix_hold_steps_hold", "hold_id", "at"),)

    id: Mapped[Id]
    hold_id: Mapped[str] = mapped_column(ForeignKey("legal_holds.id"))
    state: Mapped[HoldState]
    at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))

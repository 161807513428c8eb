"""One person sent to one call or case, and each step they took, as dated rows."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.foundation.db import Id, Model
from app.roster.models import Team


class Step(StrEnum):
    """Where a responder stands with an assignment."""

    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    CONTACT_MADE = "contact_made"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    CLEAR = "clear"
    DECLINED = "declined"


class Assignment(Model):
    """A person sent by a named person. While it is current it opens the case to them; then no more."""

    __tablename__ = "assignments"
    __table_args__ = (
        Index("ix_assignments_account", "account_id", "ended_at"),
        Index("ix_assignments_referral", "referral_id", "ended_at"),
        Index("ix_assignments_case", "case_id", "ended_at"),
        Index(
            "uq_assignments_current",
            "referral_id",
            "account_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    referral_id: Mapped[str | None] = mapped_column(ForeignKey("referrals.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("conflict_cases.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"))
    assigned_by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    assigned_at: Mapped[datetime]
    step: Mapped[Step]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(String(60))

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    team: Mapped[Team | None] = relationship()
    steps: Mapped[list["AssignmentStep"]] = relationship(order_by="AssignmentStep.at, AssignmentStep.id")


class AssignmentStep(Model):
    """One step, when it was taken and by whom; never changed."""

    __tablename__ = "assignment_steps"
    __table_args__ = (Index("ix_assignment_steps_assignment", "assignment_id", "at"),)

    id: Mapped[Id]
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"))
    step: Mapped[Step]
    at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(String(80))

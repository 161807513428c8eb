"""Who works with us: organizations, their teams, and the shifts people stand."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Id, Model
from app.roster.lanes import Lane


class OrganizationKind(StrEnum):
    """The office itself, a contracted provider, or a county or community partner."""

    OFFICE = "office"
    PROVIDER = "provider"
    PARTNER = "partner"


class Organization(Model):
    """An organization whose people work with us."""

    __tablename__ = "organizations"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[OrganizationKind]


class Team(Model):
    """People of one organization who give one kind of answer."""

    __tablename__ = "teams"

    id: Mapped[Id]
    organization_id: Mapped[str] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    lane: Mapped[Lane]
    phone: Mapped[str | None] = mapped_column(String(40))

    organization: Mapped[Organization] = relationship()


class Responder(Model):
    """What routing and ranking know of a person on a team. Their account has name and role."""

    __tablename__ = "responders"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), index=True)
    languages: Mapped[str] = mapped_column(String(120))
    """Codes separated by spaces, e.g. `en es`."""

    team: Mapped[Team] = relationship()


class Shift(Model):
    """Hours that a responder stands, or a coordinator keeps watch."""

    __tablename__ = "shifts"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_shifts_when", "starts_at", "ends_at"),
    )

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class DeclaredTie(Model):
    """A responder's own word that they have ties in an area: they are not sent there."""

    __tablename__ = "declared_ties"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    area_id: Mapped[str] = mapped_column(ForeignKey("areas.id"), primary_key=True)
    declared_at: Mapped[datetime]

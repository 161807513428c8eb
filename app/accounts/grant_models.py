"""Power over others' data is given by two people; an invitation leads a new person in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.foundation.db import Id, Model


class GrantKind(StrEnum):
    """What is given."""

    NEW = "new"
    ROLE = "role"
    OPEN_AGAIN = "open_again"
    NEW_WAYS = "new_ways"


class GrantState(StrEnum):
    """How a proposal stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class RoleGrant(Model):
    """What one admin proposes for a person and another admin confirms. Decided once, never deleted.

    Proposed by nobody is: by the operator of an installation that has no two admins yet.
    """

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint("proposed_by_id <> account_id", name="not_proposed_to_oneself"),
        CheckConstraint("decided_by_id <> account_id", name="not_decided_for_oneself"),
        CheckConstraint(
            "state <> 'confirmed' OR proposed_by_id IS NULL"
            " OR (decided_by_id IS NOT NULL AND decided_by_id <> proposed_by_id)",
            name="confirmed_by_another",
        ),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_with_time"),
        Index(
            "uq_role_grants_open",
            "account_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
        Index("ix_role_grants_state", "state", "proposed_at"),
    )

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[GrantKind]
    role: Mapped[Role]
    state: Mapped[GrantState]
    proposed_by_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(foreign_keys=account_id)
    proposed_by: Mapped[Account | None] = relationship(foreign_keys=proposed_by_id)


class Invitation(Model):
    """A link that lets one person set up how they sign in. Kept as a fingerprint; used once."""

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_account", "account_id", "made_at"),)

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    secret_print: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

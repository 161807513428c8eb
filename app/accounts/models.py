"""People and machines that sign in."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.permissions import Role
from app.accounts.purposes import Purpose
from app.delivery.models import Destination
from app.delivery.signatures import Algorithm
from app.foundation.db import Id, Model
from app.vault.columns import Ciphertext, Sealed


class Account(UserMixin, Model):  # type: ignore[misc]  # Flask-Login has no types
    """A person who works with us. Their organization and team are rows of the roster."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("role NOT IN ('resident', 'dispatch_client')", name="person"),)

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """Of people without a passkey, beside the codes of an app; of most people there is none."""
    organization_id: Mapped[str | None] = mapped_column(String(26), index=True)
    team_id: Mapped[str | None] = mapped_column(String(26), index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class DispatchClient(Model):
    """A system of a dispatch centre. Its keys are bound to its agency and its purpose."""

    __tablename__ = "dispatch_clients"

    id: Mapped[Id]
    agency: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[Purpose]
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    """The data key that seals the secrets it signs with."""
    destination_id: Mapped[str | None] = mapped_column(ForeignKey("destinations.id"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    destination: Mapped[Destination | None] = relationship()
    keys: Mapped[list["ClientKey"]] = relationship(order_by="ClientKey.id", back_populates="client")


class ClientKey(Model):
    """One key that a client signs with; while keys are changed it has several. Never deleted.

    We know its secret (v1), or only its public key (v1a), which no two clients share and
    which does not come back once it was taken back. A sealed secret is bound to the client,
    not to this row, as it was when a client had one secret: so it opened before keys had
    rows of their own, and opens still.
    """

    __tablename__ = "client_keys"
    __table_args__ = (
        UniqueConstraint("id", "client_id"),  # what a message says of both is held to this pair
        CheckConstraint(
            "(algorithm = 'v1') = (secret_sealed IS NOT NULL)"
            " AND (algorithm = 'v1a') = (public_key IS NOT NULL)",
            name="secret_or_public",
        ),
    )

    id: Mapped[Id]
    client_id: Mapped[str] = mapped_column(ForeignKey("dispatch_clients.id"), index=True)
    algorithm: Mapped[Algorithm]
    secret_sealed: Mapped[Ciphertext | None] = mapped_column(Sealed)
    public_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    client: Mapped[DispatchClient] = relationship(back_populates="keys")

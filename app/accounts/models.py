"""People and machines that sign in."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.permissions import Role
from app.delivery.models import Destination
from app.foundation.db import Id, Model


class Account(UserMixin, Model):  # type: ignore[misc]  # Flask-Login has no types
    """A person who works with us. Their organization and team are rows of the roster."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("role NOT IN ('resident', 'dispatch_client')", name="person"),)

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role]
    password_hash: Mapped[str] = mapped_column(String(200))
    organization_id: Mapped[str | None] = mapped_column(String(26), index=True)
    team_id: Mapped[str | None] = mapped_column(String(26), index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class DispatchClient(Model):
    """A dispatch centre's system that may offer us calls. Its key is bound to agency and purpose."""

    __tablename__ = "dispatch_clients"

    id: Mapped[Id]
    agency: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(40))
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    secret_sealed: Mapped[bytes]
    destination_id: Mapped[str | None] = mapped_column(ForeignKey("destinations.id"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    destination: Mapped[Destination | None] = relationship()

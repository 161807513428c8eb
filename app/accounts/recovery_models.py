"""Who has lost their passkey, and has shown a recovery code, waits here until an admin has spoken to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.foundation.db import Id, Model


class RecoveryState(StrEnum):
    """How it stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    """By an admin, who may take a yes back so, or because the person began anew or ended everything."""
    USED = "used"


class RecoveryRequest(Model):
    """A recovery code was shown by somebody who has no password and no app. Holds a day.

    Tied to the browser that showed the code: what an admin confirms lets in nobody else, the admin
    neither. Confirmed by nobody is: by the operator of an office that has no other admin.
    """

    __tablename__ = "recovery_requests"
    __table_args__ = (
        CheckConstraint("decided_by_id <> account_id", name="not_decided_for_oneself"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_with_time"),
        Index("ix_recovery_requests_account", "account_id", "state"),
        Index("ix_recovery_requests_state", "state", "asked_at"),
    )

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    secret_print: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(60))
    state: Mapped[RecoveryState]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(foreign_keys=account_id)

"""What a person is told about their own sign-in, so that they see what somebody else did in their name."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Id, Model


class NoticeKind(StrEnum):
    """What happened."""

    TRIES = "tries"
    """Passwords or codes that did not fit, since the person last signed in."""
    HALF = "half"
    """Somebody said the right password, and then nothing that had to follow."""
    NEW_DEVICE = "new_device"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    APP_ADDED = "app_added"
    APP_REMOVED = "app_removed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 what happened, not a password
    CODES_MADE = "codes_made"
    CODE_USED = "code_used"
    RECOVERY_ASKED = "recovery_asked"
    WAYS_FORGOTTEN = "ways_forgotten"
    PASSKEY_BROKEN = "passkey_broken"


class SignInNotice(Model):
    """Something that happened to a person's sign-in. Kept 90 days, also when it was read.

    The sign-in that did it does not see it as new and cannot mark it as read: a thief hides nothing.
    """

    __tablename__ = "sign_in_notices"
    __table_args__ = (Index("ix_sign_in_notices_account", "account_id", "at"),)

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[NoticeKind]
    device: Mapped[str] = mapped_column(String(60))
    """Browser and system in words, from a fixed few; empty where none is known."""
    count: Mapped[int | None]
    session_id: Mapped[str | None] = mapped_column(String(26))
    """The sign-in that did it; that row goes before this one."""
    read_at: Mapped[datetime | None]


Index(
    "ix_sign_in_notices_unread",
    SignInNotice.account_id,
    SignInNotice.id,
    sqlite_where=SignInNotice.read_at.is_(None),
    postgresql_where=SignInNotice.read_at.is_(None),
)

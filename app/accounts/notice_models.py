"""What a person is told about their own sign-in, so that they see what somebody else did in their name."""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class ReadMark:
    """How far a person has read on one device. That device's cookie keeps it, and no row."""

    up_to: str = ""
    but: tuple[str, ...] = ()
    """Before that, and not read: what the sign-in that said so had done itself."""

    def is_new(self, notice_id: str) -> bool:
        """Whether this was not read on this device."""
        return notice_id > self.up_to or notice_id in self.but


class SignInNotice(Model):
    """Something that happened to a person's sign-in. Kept 90 days, also when it was read.

    What was read on one device is new on every other (`ReadMark`), and the sign-in that did it neither
    sees it as new nor marks it as read: so a thief who signs in twice hides nothing from the owner.
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
    """When somebody first said, on any device, that they have read it. It hides nothing anywhere."""


Index(
    "ix_sign_in_notices_unread",
    SignInNotice.account_id,
    SignInNotice.id,
    sqlite_where=SignInNotice.read_at.is_(None),
    postgresql_where=SignInNotice.read_at.is_(None),
)

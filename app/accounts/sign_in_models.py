"""How a person signs in, and where they are signed in now."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.accounts.session_rules import End, Way
from app.foundation.db import Id, Model
from app.vault.columns import Ciphertext, Sealed


class SignInSession(Model):
    """One sign-in of a person on one device. Its secret is kept as a fingerprint, its address not at all."""

    __tablename__ = "sign_in_sessions"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended_with_reason"),
        Index("ix_sign_in_sessions_account", "account_id", "made_at"),
    )

    id: Mapped[Id]
    secret_print: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    way: Mapped[Way]
    is_limited: Mapped[bool]
    """Reaches only the pages where ways to sign in are set up."""
    device: Mapped[str] = mapped_column(String(60))
    """Browser and system in words, from a fixed few."""
    made_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    """When the person last showed that it is them."""
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[End | None]

    account: Mapped[Account] = relationship()


class Passkey(Model):
    """A key on a person's device or in their password manager; we know only its public half."""

    __tablename__ = "passkeys"

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    seal: Mapped[str | None] = mapped_column(String(64))
    """Ties its owner, its id and its public key together (`passkey_seals`); without it, it is no way in."""
    sign_count: Mapped[int]
    """How often the key says it was used; 0 for keys that do not count."""
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class AuthenticatorApp(Model):
    """The secret that a person's app makes codes from (TOTP, RFC 6238), sealed; one for each account."""

    __tablename__ = "authenticator_apps"

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), unique=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    secret_sealed: Mapped[Ciphertext] = mapped_column(Sealed)
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When a code of it was first taken. None is kept before that; an older row without it is no way in."""
    last_step: Mapped[int]
    """The time step of the last code taken: none of it or before it is taken again."""


class RecoveryCode(Model):
    """A code for the day a phone is lost. Taken once, and kept as a slow hash (`recovery_codes`)."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("account_id", "code_print"),)

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    code_print: Mapped[str] = mapped_column(String(64))
    salt: Mapped[str] = mapped_column(String(32))
    """One for all codes of a person that were made together."""
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasskeyChallenge(Model):
    """What a passkey is asked to sign. Holds five minutes and is taken once; then the row is gone."""

    __tablename__ = "passkey_challenges"

    id: Mapped[Id]
    challenge: Mapped[bytes]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    """Whose it is; nobody's where the passkey itself says who signs in."""
    expires_at: Mapped[datetime] = mapped_column(index=True)

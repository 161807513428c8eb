"""Sign-in by password: argon2, and a limit on tries that slows a guesser down."""

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from app.accounts.attempts import ADDRESS_LIMIT, note_failure, require_few_failures
from app.accounts.models import Account
from app.audit.catalogue import What
from app.audit.trail import Actor, ActorKind, record
from app.foundation.db import db
from app.vault.sealing import fingerprint

ACCOUNT_LIMIT = 5

_hasher = PasswordHasher()
# Checked when no account has that e-mail, so that both answers take the same time.
_NOBODYS_HASH = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def sign_in(email: str, password: str, *, address: str, now: datetime) -> Account | None:
    """The account when e-mail and password fit, else None. Raises `TooManyAttempts`."""
    email = email.lower()
    require_few_failures(
        now, sign_in_account=(email, ACCOUNT_LIMIT), sign_in_address=(address, ADDRESS_LIMIT)
    )
    account = db.session.scalars(select(Account).where(Account.email == email)).one_or_none()
    fits = _fits(account.password_hash if account else _NOBODYS_HASH, password)
    if account and fits and account.is_active:
        record(What.ACCOUNT_SIGNED_IN, actor=actor_of(account), subject_type="account", subject_id=account.id)
        return account
    note_failure(now, sign_in_account=email, sign_in_address=address)
    record(
        What.ACCOUNT_SIGN_IN_REFUSED,
        actor=Actor(ActorKind.RESIDENT, "unknown"),
        subject_type="sign_in",
        subject_id=fingerprint("sign_in_account", email)[:16],
    )
    return None


def actor_of(account: Account) -> Actor:
    """The account as the actor of what it does."""
    return Actor(
        kind=ActorKind.PERSON,
        id=account.id,
        label=account.name,
        role=account.role.value,
        organization_id=account.organization_id,
        team_id=account.team_id,
    )


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False

"""Sign-in by password: argon2, and limits that slow a guesser down without locking people out.

Too many failures for one account, or from one address, and the answer is "wait" for a
quarter of an hour. A shelter or a library shares one address, so that limit is wide.
"""

from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select

from app.accounts.models import Account, SignInAttempt
from app.audit.catalogue import What
from app.audit.trail import Actor, ActorKind, record
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.vault.sealing import fingerprint

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
ACCOUNT_LIMIT = 5
ADDRESS_LIMIT = 50

_hasher = PasswordHasher()
# Checked when no account has that e-mail, so that both answers take the same time.
_NOBODYS_HASH = _hasher.hash("nobody has this password")


class TooManyAttempts(DomainError):
    """Wait before the next try."""

    status = 429
    code = "slow-down"

    def __init__(self) -> None:
        super().__init__("Too many tries. Wait 15 minutes, then try again.")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def sign_in(email: str, password: str, *, address: str, now: datetime) -> Account | None:
    """The account when e-mail and password fit, else None. Raises `TooManyAttempts`."""
    by_account = fingerprint("sign-in account", email.lower())
    by_address = fingerprint("sign-in address", address)
    if _failures(by_account, now) >= ACCOUNT_LIMIT or _failures(by_address, now) >= ADDRESS_LIMIT:
        raise TooManyAttempts
    account = db.session.scalars(select(Account).where(Account.email == email.lower())).one_or_none()
    fits = _fits(account.password_hash if account else _NOBODYS_HASH, password)
    if account and fits and account.is_active:
        record(What.ACCOUNT_SIGNED_IN, actor=actor_of(account), subject_type="account", subject_id=account.id)
        return account
    _note_failure(by_account, by_address, now)
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


def _failures(who: str, now: datetime) -> int:
    recent = select(func.count()).select_from(SignInAttempt)
    return db.session.scalar(recent.where(SignInAttempt.who == who, SignInAttempt.at > now - WINDOW)) or 0


def _note_failure(by_account: str, by_address: str, now: datetime) -> None:
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - KEPT))
    db.session.add_all([SignInAttempt(who=by_account, at=now), SignInAttempt(who=by_address, at=now)])
    record(
        What.ACCOUNT_SIGN_IN_REFUSED,
        actor=Actor(ActorKind.RESIDENT, "unknown"),
        subject_type="sign_in",
        subject_id=by_account[:16],
    )

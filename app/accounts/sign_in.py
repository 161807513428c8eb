"""Checking what a person shows: a password (argon2), a code of an app, a recovery code.

Every try is limited, and the answer is the same whatever of it was wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update

from app.accounts.attempts import (
    ACCOUNT_LIMIT,
    note_failure,
    note_guess,
    require_few_failures,
    require_no_guesser,
)
from app.accounts.models import Account
from app.accounts.recovery_codes import find_code, use_code
from app.accounts.sign_in_models import AuthenticatorApp
from app.accounts.way_rules import plain_code, step_of
from app.audit.catalogue import What
from app.audit.trail import Actor, ActorKind, record
from app.foundation.db import db
from app.vault import sealing
from app.vault.access import Use
from app.vault.keyring import fingerprint

TRY = "sign_in"
"""The kind of subject that tries stand under on the trail."""
SEALED_AS = ("authenticator_apps", "secret_sealed")

hasher = PasswordHasher()
"""What a password costs, whoever checks it: a guesser too."""


@dataclass(frozen=True)
class Origin:
    """Where a try comes from: the address, and the device when this person has signed in on it before."""

    address: str
    device: str | None = None


def hash_password(password: str) -> str:
    return hasher.hash(password)


@cache
def nobodys_hash() -> str:
    """Checked when no account has that e-mail, or it has no password: all answers take the same time.

    A process that serves has it made before its first request.
    """
    return hasher.hash("nobody has this password")


def check_password(email: str, password: str, *, origin: Origin, now: datetime) -> Account | None:
    """The account when e-mail and password fit, else None. Raises `TooManyAttempts`."""
    email = email.lower()
    require_no_guesser(email, address=origin.address, device=origin.device, now=now)
    account = _find(email)
    fits = fits_password(account, password)
    if account and fits and account.is_active:
        return account
    _refuse(email, origin, now)
    return None


@dataclass(frozen=True)
class Recovered:
    """Whose recovery code it was, and whether they have shown a second proof of their own beside it."""

    account: Account
    is_proven: bool


def check_recovery(
    email: str, code: str, *, password: str, app_code: str, origin: Origin, now: datetime
) -> Recovered | None:
    """Whose recovery code this is; it is used up now. Else None, and no code is used up.

    A code stands in for one lost factor. Who has a password or an app shows one of them as well;
    who has neither is not proven by the code alone. The answer does not tell which of it was wrong.
    """
    email = email.lower()
    require_no_guesser(email, address=origin.address, device=origin.device, now=now)
    account = _find(email)
    code_id, knows_password = find_code(account, code), fits_password(account, password)
    if account and account.is_active and code_id:
        app = _confirmed_app(account.id)
        has_second = account.password_hash is not None or app is not None
        is_proven = knows_password or (app is not None and take_step(app, app_code, now))
        if is_proven == has_second and use_code(code_id):
            return Recovered(account, is_proven)
    _refuse(email, origin, now)
    return None


def check_code(account: Account, code: str, *, now: datetime) -> bool:
    """Whether this is a fresh code of the person's app; it is used up now. Raises `TooManyAttempts`."""
    return _counted(account, now, fits=lambda: _use_code(account.id, code, now))


def check_own_password(account: Account, password: str, *, now: datetime) -> bool:
    """Whether a person who is signed in says their own password. Raises `TooManyAttempts`."""
    return _counted(account, now, fits=lambda: fits_password(account, password))


def check_own_recovery(account: Account, code: str, *, now: datetime) -> bool:
    """Whether a person who has said their password says a recovery code; it is used up now."""
    return _counted(account, now, fits=lambda: _use_recovery(account, code))


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


def fits_password(account: Account | None, password: str) -> bool:
    """Takes as long for nobody as for somebody."""
    known = account.password_hash if account else None
    try:
        hasher.verify(known or nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def open_secret(app: AuthenticatorApp) -> str:
    """The secret of an app, for the page that sets it up and for the check of its codes."""
    return sealing.unseal(app.key_id, *SEALED_AS, app.id, app.secret_sealed, by=Use.CHECKING)


def take_step(app: AuthenticatorApp, code: str, now: datetime) -> bool:
    """Take a code of an app, when it fits: of two who send the same code at once one is let in."""
    step = step_of(open_secret(app), plain_code(code), last_step=app.last_step, now=now)
    if step is None:
        return False
    taken = (
        update(AuthenticatorApp)
        .where(AuthenticatorApp.id == app.id, AuthenticatorApp.last_step < step)
        .values(last_step=step)
        .returning(AuthenticatorApp.id)
    )
    return db.session.scalar(taken) is not None


def _use_code(account_id: str, code: str, now: datetime) -> bool:
    app = _confirmed_app(account_id)
    return app is not None and take_step(app, code, now)


def _confirmed_app(account_id: str) -> AuthenticatorApp | None:
    confirmed = select(AuthenticatorApp).where(
        AuthenticatorApp.account_id == account_id, AuthenticatorApp.confirmed_at.is_not(None)
    )
    return db.session.scalars(confirmed).one_or_none()


def _use_recovery(account: Account, code: str) -> bool:
    code_id = find_code(account, code)
    return code_id is not None and use_code(code_id)


def _find(email: str) -> Account | None:
    return db.session.scalars(select(Account).where(Account.email == email)).one_or_none()


def _counted(account: Account, now: datetime, fits: Callable[[], bool]) -> bool:
    require_few_failures(now, second_step=(account.id, ACCOUNT_LIMIT))
    if fits():
        return True
    note_failure(now, second_step=account.id)
    record_refusal(account.email)
    return False


def _refuse(email: str, origin: Origin, now: datetime) -> None:
    note_guess(email, address=origin.address, device=origin.device, now=now)
    record_refusal(email)


def record_refusal(name: str) -> None:
    """Keep that somebody was not let in, and a fingerprint of the name they tried."""
    _record_try(What.ACCOUNT_SIGN_IN_REFUSED, name)


def record_half(account: Account) -> None:
    """Keep that somebody said this person's password, and is asked for a second step."""
    _record_try(What.ACCOUNT_PASSWORD_FIT, account.email)


def tries_at(name: str) -> str:
    """What tries at this name stand under on the trail."""
    return fingerprint("sign_in_account", name)[:16]


def _record_try(what: What, name: str) -> None:
    nobody = Actor(ActorKind.RESIDENT, "unknown")
    record(what, actor=nobody, subject_type=TRY, subject_id=tries_at(name))

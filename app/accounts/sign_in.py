"""Checking what a person shows: a password (argon2), a code of an app, a recovery code.

Every try is limited, and the answer is the same whatever of it was wrong. What is slow on purpose is
done between two transactions: what it needs is looked up first, and nobody waits for it to write. So
what was looked up is asked for again when the answer is written down.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import update

from app.accounts.attempts import (
    ACCOUNT_LIMIT,
    note_failure,
    note_guess,
    require_few_failures,
    require_no_guesser,
)
from app.accounts.models import Account
from app.accounts.queries import find_account
from app.accounts.recovery_codes import find_code, salt_of, slow_print, use_code
from app.accounts.sign_in_models import AuthenticatorApp
from app.accounts.way_queries import find_app
from app.accounts.way_rules import plain_code, step_of
from app.audit.catalogue import What
from app.audit.trail import Actor, ActorKind, record
from app.foundation.db import db, looking_first
from app.vault import sealing
from app.vault.access import Use
from app.vault.keyring import fingerprint

Tries = Mapping[str, str]
"""By what tries are counted: kind = who."""
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


@dataclass(frozen=True)
class Known:
    """What a try is held against, as it stood before the slow part. Nobody's where no account is known."""

    account_id: str = ""
    password_hash: str | None = None
    salt: str | None = None

    @classmethod
    def of(cls, account: Account | None) -> "Known":
        if account is None:
            return cls(salt=salt_of(""))  # asked of nobody too: all answers take the same time
        return cls(account.id, account.password_hash, salt_of(account.id))


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
    known = _look_up(email, origin, now)
    fits = fits_password(known, password)
    account = _still(known, email, origin, now)
    if account and fits:
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
    known = _look_up(email, origin, now)
    shown, knows_password = slow_print(known.account_id, code, known.salt), fits_password(known, password)
    account = _still(known, email, origin, now)
    code_id = find_code(known.account_id, shown)
    if account and code_id:
        app = find_app(account)
        has_second = account.password_hash is not None or app is not None
        is_proven = knows_password or (app is not None and take_step(app, app_code, now))
        if is_proven == has_second and use_code(code_id):
            return Recovered(account, is_proven)
    _refuse(email, origin, now)
    return None


def check_code(account: Account, code: str, *, tries: Tries, now: datetime) -> bool:
    """Whether this is a fresh code of the person's app; it is used up now. Raises `TooManyAttempts`."""
    return check_own(account, tries=tries, now=now, fits=lambda: _use_code(account, code, now))


def check_own_password(
    account: Account, password: str, *, tries: Tries, now: datetime, code: str | None = None
) -> bool:
    """Whether a person who is signed in says their own password. Raises `TooManyAttempts`.

    Where `code` is given, one of their app belongs to it, and is used up when both fit.
    """
    known = _look_up_own(account, tries, now)
    fits = fits_password(known, password)

    def fit() -> bool:
        is_same = account.password_hash == known.password_hash
        return fits and is_same and (code is None or _use_code(account, code, now))

    return check_own(account, tries=tries, now=now, fits=fit)


def check_own_recovery(account: Account, code: str, *, tries: Tries, now: datetime) -> bool:
    """Whether a person who has said their password says a recovery code; it is used up now."""
    known = _look_up_own(account, tries, now)
    shown = slow_print(known.account_id, code, known.salt)

    def fit() -> bool:
        code_id = find_code(known.account_id, shown)
        return account.is_active and code_id is not None and use_code(code_id)

    return check_own(account, tries=tries, now=now, fits=fit)


def check_own(account: Account, *, tries: Tries, now: datetime, fits: Callable[[], bool]) -> bool:
    """Whether what a person shows of their own fits; counted where it does not."""
    require_few_failures(now, **_limits(tries))
    if fits():
        return True
    note_failure(now, **tries)
    record_refusal(account.email)
    return False


def tries_after_password(account: Account, origin: Origin) -> Tries:
    """The step after a password. On a device that the person has used it counts for itself.

    Who has found out the password shuts nobody out there by wrong codes.
    """
    if origin.device:
        return {"second_step_device": f"{origin.device}|{account.id}"}
    return {"second_step": account.id}


def tries_within(session_id: str) -> Tries:
    """What a person who is signed in shows again. No sign-in elsewhere uses up its tries."""
    return {"still_you": session_id}


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


def fits_password(account: Account | Known | None, password: str) -> bool:
    """Takes as long for nobody as for somebody."""
    known = account.password_hash if account else None
    try:
        hasher.verify(known or nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def open_secret(app: AuthenticatorApp) -> str:
    """The secret of an app, for the check of its codes."""
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


def _use_code(account: Account, code: str, now: datetime) -> bool:
    app = find_app(account)
    return app is not None and take_step(app, code, now)


def _look_up(email: str, origin: Origin, now: datetime) -> Known:
    with looking_first():
        require_no_guesser(email, address=origin.address, device=origin.device, now=now)
        return Known.of(find_account(email))


def _still(known: Known, email: str, origin: Origin, now: datetime) -> Account | None:
    """Whose name it is, when nothing has changed meanwhile; others may have used up the tries."""
    require_no_guesser(email, address=origin.address, device=origin.device, now=now)
    account = find_account(email)
    is_same = account and account.is_active and account.password_hash == known.password_hash
    return account if is_same else None


def _look_up_own(account: Account, tries: Tries, now: datetime) -> Known:
    with looking_first():
        require_few_failures(now, **_limits(tries))
        return Known.of(account)


def _limits(tries: Tries) -> dict[str, tuple[str, int]]:
    return {kind: (who, ACCOUNT_LIMIT) for kind, who in tries.items()}


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

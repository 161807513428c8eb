"""Adding and removing ways to sign in. Each change ends the person's other sign-ins."""

from collections.abc import Sequence

import pyotp
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.accounts import passkeys
from app.accounts.models import Account
from app.accounts.session_actions import end_sessions
from app.accounts.session_rules import End, Way
from app.accounts.sign_in import SEALED_AS, actor_of, hash_password, recovery_print, take_step
from app.accounts.sign_in_models import AuthenticatorApp, Passkey, RecoveryCode
from app.accounts.way_queries import find_app, ways_of
from app.accounts.way_rules import new_recovery_codes
from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.vault import erasures, sealing
from app.vault.models import KeyPurpose


class LastWay(DomainError):
    """The way that is left stays until there is another."""

    def __init__(self) -> None:
        super().__init__(_l("This is your last way to sign in. Add another one first."))


class WrongCode(DomainError):
    """The app and we do not agree yet."""

    def __init__(self) -> None:
        super().__init__(_l("This code does not fit. Write the one that your app shows now."))


def add_passkey(
    account: Account, credential: str, *, name: str, challenge: bytes, site: passkeys.Site, session_id: str
) -> Passkey:
    """Take a passkey that the person's device has just made; else `NotThisPasskey`."""
    credential_id, public_key, sign_count = passkeys.read_new(credential, challenge, site)
    passkey = Passkey(
        id=new_id(),
        account_id=account.id,
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
        name=name,
        made_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(passkey)
    except IntegrityError:  # the same key again
        raise passkeys.NotThisPasskey from None
    _changed(What.ACCOUNT_WAY_ADDED, account, Way.PASSKEY, session_id)
    return passkey


def remove_passkey(account: Account, passkey: Passkey, *, session_id: str) -> None:
    """Take a passkey away, unless the person could not sign in then."""
    _lock(account)
    if not ways_of(account).would_be_enough(without_passkey=True):
        raise LastWay
    db.session.delete(passkey)
    _changed(What.ACCOUNT_WAY_REMOVED, account, Way.PASSKEY, session_id)


def begin_app(account: Account) -> AuthenticatorApp:
    """The secret for an app, which signs nobody in until a code of it came. Again, it stays the same."""
    app = find_app(account)
    if app is None:
        app_id, key_id = new_id(), sealing.new_key(KeyPurpose.ACCOUNT)
        app = AuthenticatorApp(
            id=app_id,
            account_id=account.id,
            key_id=key_id,
            secret_sealed=sealing.seal(key_id, *SEALED_AS, app_id, pyotp.random_base32()),
            made_at=clock.now(),
            last_step=0,
        )
        db.session.add(app)
        db.session.flush()
    return app


def confirm_app(
    account: Account, app: AuthenticatorApp, code: str, *, password: str | None, session_id: str
) -> None:
    """Take the app as a way, with its first code; the password that goes with it is set, where given."""
    if not take_step(app, code, clock.now()):
        raise WrongCode
    app.confirmed_at = clock.now()
    if password:
        account.password_hash = hash_password(password)
    _changed(What.ACCOUNT_WAY_ADDED, account, Way.TOTP, session_id)


def remove_app(account: Account, *, session_id: str) -> None:
    """Take the app away, and destroy its secret, unless the person could not sign in then."""
    _lock(account)
    if not ways_of(account).would_be_enough(without_app=True):
        raise LastWay
    _forget_app(account)
    _changed(What.ACCOUNT_WAY_REMOVED, account, Way.TOTP, session_id)


def make_recovery_codes(account: Account) -> Sequence[str]:
    """Ten new codes, which the person sees now and never again; the old ones are worth nothing."""
    codes, now = new_recovery_codes(), clock.now()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.session.add_all(
        RecoveryCode(
            id=new_id(), account_id=account.id, code_print=recovery_print(account.id, code), made_at=now
        )
        for code in codes
    )
    db.session.flush()
    actor = actor_of(account)
    record(What.ACCOUNT_RECOVERY_CODES_MADE, actor=actor, subject_type="account", subject_id=account.id)
    return codes


def forget_ways(account: Account, *, actor: Actor) -> None:
    """Take every way from a person who has lost them, and end their sign-ins."""
    db.session.execute(delete(Passkey).where(Passkey.account_id == account.id))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    _forget_app(account)
    account.password_hash = None
    record(What.ACCOUNT_WAY_REMOVED, actor=actor, subject_type="account", subject_id=account.id)
    end_sessions(account.id, End.WAYS_CHANGED, actor=actor)


def has_any_way(account: Account) -> bool:
    """Whether a person has ever set up how they sign in, and it was not taken from them."""
    keys = select(Passkey.id).where(Passkey.account_id == account.id).limit(1)
    return account.password_hash is not None or db.session.scalar(keys) is not None


def _lock(account: Account) -> None:
    """Of two ways that are taken away at once, the second is asked for when the first is gone."""
    db.session.execute(select(Account.id).where(Account.id == account.id).with_for_update(key_share=True))


def _forget_app(account: Account) -> None:
    if app := find_app(account):
        db.session.delete(app)
        db.session.flush()
        erasures.destroy([app.key_id], "way removed")


def _changed(what: What, account: Account, way: Way, session_id: str) -> None:
    db.session.flush()
    actor = actor_of(account)
    record(what, actor=actor, subject_type="account", subject_id=account.id, way=way.value)
    end_sessions(account.id, End.WAYS_CHANGED, actor=actor, but=session_id)

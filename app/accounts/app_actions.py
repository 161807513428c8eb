"""Setting up an app that shows codes, in place of one that the person had, and taking it away.

The secret of a new app stands in the form that shows it, sealed for this person, until a code of it came.
So looking at that page changes nothing, and an app that was begun and left leaves nothing behind.
"""

import base64
from dataclasses import dataclass

import pyotp
from cryptography.exceptions import InvalidTag
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.notice_models import NoticeKind
from app.accounts.password_actions import hash_new
from app.accounts.session_rules import Way
from app.accounts.sign_in import SEALED_AS
from app.accounts.sign_in_models import AuthenticatorApp
from app.accounts.way_changes import lock_ways, note_change
from app.accounts.way_queries import ways_of
from app.accounts.way_rules import LastWay, plain_code, step_of
from app.audit.catalogue import What
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.vault import erasures, keyring, sealing
from app.vault.models import KeyPurpose


class WrongCode(DomainError):
    """The app and we do not agree yet."""

    def __init__(self) -> None:
        super().__init__(_l("This code does not fit. Write the one that your app shows now."))


@dataclass(frozen=True)
class AppOffer:
    """The secret of an app that is not set up yet, as the page shows it and as its form keeps it."""

    secret: str
    sealed: str


def offer_app(account: Account) -> AppOffer:
    """A new secret for an app. Nothing of it is kept here."""
    secret = pyotp.random_base32()
    sealed = keyring.wrap(_offered_to(account), secret.encode())
    return AppOffer(secret, base64.urlsafe_b64encode(sealed).decode())


def read_offer(account: Account, sealed: str) -> AppOffer | None:
    """What we have offered to this person; None when it is nothing of ours, or another's."""
    try:
        secret = keyring.unwrap(_offered_to(account), base64.urlsafe_b64decode(sealed)).decode()
    except (InvalidTag, ValueError):
        return None
    return AppOffer(secret, sealed)


def confirm_app(
    account: Account, offer: AppOffer, code: str, *, password: str | None, session_id: str
) -> AuthenticatorApp:
    """Take the app as a way, with its first code; the password that goes with it is set, where given.

    A password is hashed first, with no transaction open: nothing may have been written before.
    """
    now = clock.now()
    step = step_of(offer.secret, plain_code(code), last_step=0, now=now)
    if step is None:
        raise WrongCode
    hashed = hash_new(account, password) if password else None
    lock_ways(account, session_id)
    if hashed:
        account.password_hash = hashed
    forget_app(account)
    app_id, key_id = new_id(), sealing.new_key(KeyPurpose.ACCOUNT)
    app = AuthenticatorApp(
        id=app_id,
        account_id=account.id,
        key_id=key_id,
        secret_sealed=sealing.seal(key_id, *SEALED_AS, app_id, offer.secret),
        made_at=now,
        confirmed_at=now,
        last_step=step,
    )
    db.session.add(app)
    note_change(What.ACCOUNT_WAY_ADDED, account, Way.TOTP, NoticeKind.APP_ADDED, session_id)
    return app


def remove_app(account: Account, *, session_id: str) -> None:
    """Take the app away, and destroy its secret, unless the person could not sign in then."""
    lock_ways(account, session_id)
    if not ways_of(account).would_be_enough(without_app=True):
        raise LastWay
    forget_app(account)
    note_change(What.ACCOUNT_WAY_REMOVED, account, Way.TOTP, NoticeKind.APP_REMOVED, session_id)


def forget_app(account: Account) -> None:
    """Destroy the secret of a person's app, if there is one; whoever calls this tells of it."""
    own = select(AuthenticatorApp).where(AuthenticatorApp.account_id == account.id)
    if app := db.session.scalars(own).one_or_none():
        db.session.delete(app)
        db.session.flush()
        erasures.destroy([app.key_id], "way removed")


def _offered_to(account: Account) -> str:
    return f"app offered to {account.id}"

"""Ways to sign in for tests: an app with its codes, recovery codes, an invitation."""

import re

import pyotp
from flask.testing import FlaskClient

from app.accounts.models import Account
from app.accounts.passkey_seals import seal_of
from app.accounts.recovery_codes import draw_codes, find_code, put_codes, salt_of, slow_print
from app.accounts.sign_in import SEALED_AS, hash_password
from app.accounts.sign_in_models import AuthenticatorApp, Passkey
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.vault import sealing
from app.vault.models import KeyPurpose

PASSWORD = "a long invented password"
HASH = hash_password(PASSWORD)


def give_app(account: Account) -> pyotp.TOTP:
    """Set up an app and a password for somebody; returns what makes the codes."""
    app_id, key_id, secret = new_id(), sealing.new_key(KeyPurpose.ACCOUNT), pyotp.random_base32()
    db.session.add(
        AuthenticatorApp(
            id=app_id,
            account_id=account.id,
            key_id=key_id,
            secret_sealed=sealing.seal(key_id, *SEALED_AS, app_id, secret),
            made_at=clock.now(),
            confirmed_at=clock.now(),
            last_step=0,
        )
    )
    account.password_hash = HASH
    db.session.flush()
    return pyotp.TOTP(secret)


def give_passkey(account: Account, *, is_sealed: bool = True) -> Passkey:
    """A passkey that no device holds; without its seal it signs nobody in."""
    row_id = new_id()
    passkey = Passkey(
        id=row_id,
        account_id=account.id,
        credential_id=row_id.encode(),
        public_key=b"key",
        sign_count=0,
        name="my phone",
        made_at=clock.now(),
    )
    passkey.seal = seal_of(passkey) if is_sealed else None
    db.session.add(passkey)
    db.session.flush()
    return passkey


def begin_app(client: FlaskClient) -> tuple[pyotp.TOTP, str]:
    """What the page that sets up an app shows to somebody: what makes the codes, and what its form keeps."""
    page = client.get("/account/ways/app").text
    shown, offer = (
        re.search(r'class="code">([^<]+)<', page),
        re.search(r'name="offer"[^>]*value="([^"]+)"', page),
    )
    assert shown
    assert offer
    return pyotp.TOTP(shown[1].replace(" ", "")), offer[1]


def code_of(app: pyotp.TOTP) -> str:
    """The code that the app shows now."""
    return app.at(clock.now())


def give_recovery_codes(account: Account) -> list[str]:
    """Ten recovery codes, as their owner has them on paper."""
    return list(put_codes(account, draw_codes(account.id)))


def find_recovery_code(account: Account | None, code: str) -> str | None:
    """The id of the unused code of somebody that this is, as signing in finds it."""
    account_id = account.id if account else ""
    return find_code(account_id, slow_print(account_id, code, salt_of(account_id)))

"""Ways to sign in for tests: an app with its codes, recovery codes, an invitation."""

import pyotp

from app.accounts.models import Account
from app.accounts.sign_in import hash_password, open_secret
from app.accounts.way_actions import begin_app, make_recovery_codes
from app.foundation import clock
from app.foundation.db import db

PASSWORD = "a long invented password"
HASH = hash_password(PASSWORD)


def give_app(account: Account) -> pyotp.TOTP:
    """Set up an app and a password for somebody; returns what makes the codes."""
    app = begin_app(account)
    app.confirmed_at, account.password_hash = clock.now(), HASH
    db.session.flush()
    return pyotp.TOTP(open_secret(app))


def code_of(app: pyotp.TOTP) -> str:
    """The code that the app shows now."""
    return app.at(clock.now())


def give_recovery_codes(account: Account) -> list[str]:
    """Ten recovery codes, as their owner has them on paper."""
    return list(make_recovery_codes(account))

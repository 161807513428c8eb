"""Fingerprints of call-back numbers: they find the same number again, for 90 days, without keeping it.

Made by the key of the quarter, so that the office itself cannot tell, once that is destroyed, whose
number an old fingerprint was. Those from before there were such keys, and the few of a new database's
first seconds, are made by the operator's key; they are found as well until their 90 days are over.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime

from app.vault import keyring
from app.vault.models import KeyPurpose
from app.vault.period_keys import secret_at, secrets_of

_KIND = "callback"


@dataclass(frozen=True)
class Fingerprint:
    """A fingerprint, and the quarter by whose key it was made; none: the operator's."""

    value: str | None = None
    quarter: str | None = None


def fingerprint_of(number: str, now: datetime) -> Fingerprint:
    """What to keep of a number that comes now; nothing of none."""
    if not number:
        return Fingerprint()
    key = secret_at(KeyPurpose.CALLBACKS, now)
    if key is None:
        return Fingerprint(keyring.fingerprint(_KIND, number))
    quarter, secret = key
    return Fingerprint(_made_by(secret, number), quarter)


def fingerprints_of(number: str) -> list[str]:
    """Every fingerprint that may stand somewhere for a number: one for each key that is alive."""
    made = [_made_by(secret, number) for secret in secrets_of(KeyPurpose.CALLBACKS).values()]
    return [*made, keyring.fingerprint(_KIND, number)]


def _made_by(secret: bytes, number: str) -> str:
    return hmac.digest(secret, f"{_KIND}|{number}".encode(), "sha256").hex()

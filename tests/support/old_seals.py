"""Data keys and sealed fields as they were made before either said its algorithm and its key."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text

from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id

KEY_ENCRYPTION_KEY = b"k" * 32
"""The one that tests have (`Settings.for_tests`)."""


def put_old_key(purpose: str) -> tuple[str, bytes]:
    """A row of a data key as it was then; its id and the key itself."""
    key_id, secret = new_id(), os.urandom(32)
    values = {
        "id": key_id,
        "purpose": purpose,
        "wrapped": _encrypt(KEY_ENCRYPTION_KEY, secret, key_id),
        "created_at": clock.now(),
    }
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    db.session.execute(text(f"INSERT INTO data_keys ({names}) VALUES ({marks})"), values)  # noqa: S608
    return key_id, secret


def seal_as_before(secret: bytes, table: str, column: str, row_id: str, words: str) -> bytes:
    """A text sealed as it was then."""
    return _encrypt(secret, words.encode(), f"{table}|{column}|{row_id}")


def _encrypt(key: bytes, what: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(12)
    return b"\x01" + nonce + AESGCM(key).encrypt(nonce, what, bound_to.encode())

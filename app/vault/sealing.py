"""Sealing and opening fields: AES-256-GCM under a data key per record.

The data key is wrapped by a key-encryption key that is never in the database. What is
sealed is bound to its table, column and row: a sealed field moved elsewhere does not open.
First byte of every sealed field and wrapped key: the version of this scheme.
"""

import hmac
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask_babel import lazy_gettext as _l

from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.vault.models import DataKey

_VERSION = b"\x01"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class KeyDestroyed(DomainError):
    """The record was destroyed on schedule; nobody can read it or write to it again."""

    status = 410
    code = "destroyed"

    def __init__(self) -> None:
        super().__init__(_l("This record was destroyed on schedule."))


class _Keyring:
    """The key-encryption key and the fingerprint key, loaded once when the app starts."""

    wrapping: AESGCM
    fingerprint: bytes


_keyring = _Keyring()


def load_keys(*, key_encryption_key: bytes, blind_index_key: bytes) -> None:
    """Take the operator's keys into memory. Called once, by `create_app`."""
    _keyring.wrapping = AESGCM(key_encryption_key)
    _keyring.fingerprint = blind_index_key


def new_key(purpose: str) -> str:
    """Make a data key for a new record; returns its id."""
    key = NewKey(purpose)
    db.session.add(DataKey(**key.values))
    db.session.flush()  # what is sealed next refers to this row
    return key.id


class NewKey:
    """A data key whose row is not written yet, for those who write many rows in one statement."""

    def __init__(self, purpose: str) -> None:
        self.id, random = new_id(), os.urandom(_KEY_BYTES + _NONCE_BYTES)
        secret, nonce = random[:_KEY_BYTES], random[_KEY_BYTES:]
        wrapped = _keyring.wrapping.encrypt(nonce, secret, self.id.encode())
        self.cipher = AESGCM(secret)
        self.values: dict[str, Any] = {
            "id": self.id,
            "purpose": purpose,
            "wrapped": _VERSION + nonce + wrapped,
            "created_at": clock.now(),
        }


def seal(key_id: str, table: str, column: str, row_id: str, text: str) -> bytes:
    """Seal a text for one column of one row."""
    return seal_with(_load(key_id), table, column, row_id, text)


def seal_with(key: DataKey | NewKey, table: str, column: str, row_id: str, text: str) -> bytes:
    """Seal with a key at hand."""
    nonce = os.urandom(_NONCE_BYTES)
    cipher = key.cipher if isinstance(key, NewKey) else _unwrap(key)
    sealed = cipher.encrypt(nonce, text.encode(), _bound_to(table, column, row_id))
    return _VERSION + nonce + sealed


def unseal(key_id: str, table: str, column: str, row_id: str, blob: bytes | None) -> str:
    """Open a sealed field; an empty one opens to an empty text. Raises `KeyDestroyed`."""
    return "" if blob is None else unseal_with(_load(key_id), table, column, row_id, blob)


def unseal_with(key: DataKey, table: str, column: str, row_id: str, blob: bytes) -> str:
    """Open with a key at hand."""
    nonce, sealed = blob[1 : 1 + _NONCE_BYTES], blob[1 + _NONCE_BYTES :]
    return _unwrap(key).decrypt(nonce, sealed, _bound_to(table, column, row_id)).decode()


def destroy_key(key_id: str, reason: str) -> None:
    """Destroy a record for good by destroying its key. The tombstone says when and why."""
    key = _load(key_id)
    key.wrapped, key.destroyed_at, key.destroyed_reason = None, clock.now(), reason


def fingerprint(kind: str, text: str) -> str:
    """A keyed fingerprint that finds the same callback again without keeping the number."""
    return hmac.digest(_keyring.fingerprint, f"{kind}|{text}".encode(), "sha256").hex()


def _load(key_id: str) -> DataKey:
    key = db.session.get(DataKey, key_id)
    if key is None or key.destroyed_at is not None:
        raise KeyDestroyed
    return key


def _unwrap(key: DataKey) -> AESGCM:
    if key.wrapped is None:
        raise KeyDestroyed
    nonce, sealed = key.wrapped[1 : 1 + _NONCE_BYTES], key.wrapped[1 + _NONCE_BYTES :]
    return AESGCM(_keyring.wrapping.decrypt(nonce, sealed, key.id.encode()))


def _bound_to(table: str, column: str, row_id: str) -> bytes:
    return f"{table}|{column}|{row_id}".encode()

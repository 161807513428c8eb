"""Sealing and opening fields: AES-256-GCM under a data key per record.

The data key is wrapped by a key-encryption key that is never in the database (keyring.py). What is
sealed is bound to its key, table, column and row: a sealed field moved elsewhere does not open.
The first bytes say the version of this scheme and the algorithm. Who may open is asked for every
opening (access.py).
"""

import os
from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit.trail import Grounds
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.foundation.reader import as_machine
from app.vault import access, keyring
from app.vault.access import Use
from app.vault.columns import Ciphertext
from app.vault.keyring import AES_256_GCM, BEFORE_IDS, KEY_BYTES, NONCE_BYTES, VERSION
from app.vault.models import DataKey, KeyPurpose

_HEAD = VERSION + AES_256_GCM
_MADE = "keys made"


class KeyDestroyed(DomainError):
    """The record was destroyed on schedule; nobody can read it or write to it again."""

    status = 410
    code = "destroyed"

    def __init__(self) -> None:
        super().__init__(_l("This record was destroyed on schedule."))


def new_key(purpose: KeyPurpose) -> str:
    """Make a data key for a new record; returns its id."""
    key = NewKey(purpose)
    row = DataKey(**key.values)
    db.session.add(row)
    db.session.flush()  # what is sealed next refers to this row
    _hold_until_the_end(row)
    return key.id


def _hold_until_the_end(key: DataKey) -> None:
    """Keep a new key in the session while this transaction lasts.

    Until its record is there nobody reaches it: asked for again, PostgreSQL would not show it.
    """
    session = db.session()
    transaction, held = session.get_transaction(), session.info.get(_MADE)
    if held is None or held[0] is not transaction:
        held = session.info[_MADE] = (transaction, [])
    keys: list[DataKey] = held[1]
    keys.append(key)


class NewKey:
    """A data key whose row is not written yet, for those who write many rows in one statement."""

    def __init__(self, purpose: KeyPurpose) -> None:
        self.id, random = new_id(), os.urandom(KEY_BYTES + NONCE_BYTES)
        secret, nonce = random[:KEY_BYTES], random[KEY_BYTES:]
        self.cipher = AESGCM(secret)
        self.values: dict[str, Any] = {
            "id": self.id,
            "purpose": purpose,
            "wrapped": keyring.wrap(self.id, secret, nonce),
            "wrapped_by": keyring.current_id(),
            "created_at": clock.now(),
        }


def seal(key_id: str, table: str, column: str, row_id: str, text: str) -> Ciphertext:
    """Seal a text for one column of one row. Raises `KeyDestroyed`."""
    return seal_bytes(key_id, table, column, row_id, text.encode())


def seal_with(key: DataKey | NewKey, table: str, column: str, row_id: str, text: str) -> Ciphertext:
    """Seal with a key at hand."""
    return _seal(key, table, column, row_id, text.encode())


def seal_bytes(key_id: str, table: str, column: str, row_id: str, content: bytes) -> Ciphertext:
    """Seal what is no text, such as a picture. Raises `KeyDestroyed`."""
    return _seal(_load(key_id), table, column, row_id, content)


def unseal(
    key_id: str, table: str, column: str, row_id: str, blob: bytes | None, *, by: Grounds | Use
) -> str:
    """Open a sealed field, for a look that is on the trail or a use of the machine's own.

    An empty field opens to an empty text. Raises `NotFound` where these grounds do not reach it,
    `KeyDestroyed` where nobody can open it any more, `InvalidTag` where it was tampered with.
    """
    return unseal_bytes(key_id, table, column, row_id, blob, by=by).decode()


def unseal_with(key: DataKey, table: str, column: str, row_id: str, blob: bytes, *, by: Grounds | Use) -> str:
    """Open with a key at hand."""
    return unseal_bytes_with(key, table, column, row_id, blob, by=by).decode()


def unseal_bytes(
    key_id: str, table: str, column: str, row_id: str, blob: bytes | None, *, by: Grounds | Use
) -> bytes:
    """Open what is no text, on the same conditions; an empty field opens to nothing."""
    if blob is None:
        return b""
    with _as_who_opens(by):
        key = _load(key_id)
    return unseal_bytes_with(key, table, column, row_id, blob, by=by)


def unseal_bytes_with(
    key: DataKey, table: str, column: str, row_id: str, blob: bytes, *, by: Grounds | Use
) -> bytes:
    """The same with a key at hand."""
    access.require_column(key, f"{table}.{column}", by)
    cipher = _unwrap(key)
    if blob[:1] == BEFORE_IDS:  # sealed before the key and the algorithm were named
        rest, bound_then = blob[len(BEFORE_IDS) :], f"{table}|{column}|{row_id}".encode()
        return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], bound_then)
    if blob[: len(_HEAD)] != _HEAD:
        raise InvalidTag
    rest = blob[len(_HEAD) :]
    bound_to = _HEAD + _bound_to(key.id, table, column, row_id)
    return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], bound_to)


def hold_keys(key_ids: Collection[str], by: Grounds | Use) -> list[DataKey]:
    """Fetch many keys, and ask for all of them at once, so that a list opens without asking for each.

    Keys live in the session only as long as somebody holds them: whoever calls keeps the answer
    until the last field is open (two queries). Destroyed ones are among them.
    """
    with _as_who_opens(by):
        keys = list(db.session.scalars(select(DataKey).where(DataKey.id.in_(key_ids))))
    access.require(keys, by)
    return keys


def destroy_key(key_id: str, reason: str) -> None:
    """Destroy a record for good by destroying its key. The tombstone says when and why."""
    key = _load(key_id)
    key.wrapped = key.wrapped_by = None
    key.destroyed_at, key.destroyed_reason = clock.now(), reason


def _seal(key: DataKey | NewKey, table: str, column: str, row_id: str, content: bytes) -> Ciphertext:
    nonce = os.urandom(NONCE_BYTES)
    cipher = key.cipher if isinstance(key, NewKey) else _unwrap(key)
    sealed = cipher.encrypt(nonce, content, _HEAD + _bound_to(key.id, table, column, row_id))
    return Ciphertext(_HEAD + nonce + sealed)


def _as_who_opens(by: Grounds | Use) -> AbstractContextManager[None]:
    """A use is the machine's own; for a look the person who looks must reach the key."""
    return as_machine() if isinstance(by, Use) else nullcontext()


def _load(key_id: str) -> DataKey:
    key = db.session.get(DataKey, key_id)
    if key is None or key.destroyed_at is not None:
        raise KeyDestroyed
    return key


def _unwrap(key: DataKey) -> AESGCM:
    if key.wrapped is None:
        raise KeyDestroyed
    return AESGCM(keyring.unwrap(key.id, key.wrapped))


def _bound_to(key_id: str, table: str, column: str, row_id: str) -> bytes:
    return f"{key_id}|{table}|{column}|{row_id}".encode()

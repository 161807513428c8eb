"""The operator's keys in memory: they wrap data keys, and make fingerprints. Never in the database.

A wrapped key says which version of this scheme, which algorithm and which key-encryption key
made it, so that the operator may change the key while the office works: new keys are wrapped
by the new one, old ones open by the one that wrapped them until `flask vault rotate` has
wrapped them anew.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BEFORE_IDS = b"\x01"
VERSION = b"\x02"
AES_256_GCM = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32
_ID_BYTES = 8


class _Keyring:
    """Loaded once when the app starts."""

    current_id: str
    ring: dict[str, AESGCM]
    fingerprint: bytes


_keyring = _Keyring()


def load_keys(
    *,
    key_encryption_key: bytes,
    blind_index_key: bytes,
    old_key_encryption_keys: Sequence[bytes] = (),
) -> None:
    """Take the operator's keys into memory. Called once, by `create_app`. Keys are 32 bytes."""
    ring = {id_of(key): AESGCM(key) for key in (*old_key_encryption_keys, key_encryption_key)}
    _keyring.current_id, _keyring.ring = id_of(key_encryption_key), ring
    _keyring.fingerprint = blind_index_key


def id_of(key: bytes) -> str:
    """The name of a key-encryption key in what it wrapped: 16 hex digits that tell nothing of the key."""
    return hashlib.sha256(b"key-encryption key|" + key).digest()[:_ID_BYTES].hex()


def current_id() -> str:
    """The name of the key that wraps now."""
    return _keyring.current_id


def known_ids() -> frozenset[str]:
    """The names of all keys that we have been given."""
    return frozenset(_keyring.ring)


def wrap(key_id: str, secret: bytes, nonce: bytes | None = None) -> bytes:
    """Wrap a data key for its row, by the key-encryption key of now. Whoever gives a nonce uses it once."""
    head = VERSION + AES_256_GCM + bytes.fromhex(_keyring.current_id)
    nonce = nonce or os.urandom(NONCE_BYTES)
    cipher = _keyring.ring[_keyring.current_id]
    return head + nonce + cipher.encrypt(nonce, secret, head + key_id.encode())


def unwrap(key_id: str, wrapped: bytes) -> bytes:
    """The data key of a row. Raises `InvalidTag` when we do not have the key that wrapped it."""
    if wrapped[:1] == BEFORE_IDS:
        return _unwrap_of_any(key_id, wrapped)
    head, rest = wrapped[: 2 + _ID_BYTES], wrapped[2 + _ID_BYTES :]
    cipher = _keyring.ring.get(head[2:].hex())
    if head[:2] != VERSION + AES_256_GCM or cipher is None:
        raise InvalidTag
    return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head + key_id.encode())


def fingerprint(kind: str, text: str) -> str:
    """A keyed fingerprint that finds the same callback again without keeping the number."""
    return hmac.digest(_keyring.fingerprint, f"{kind}|{text}".encode(), "sha256").hex()


def _unwrap_of_any(key_id: str, wrapped: bytes) -> bytes:
    """What was wrapped before keys had names: the newest that fits."""
    nonce, sealed = wrapped[1 : 1 + NONCE_BYTES], wrapped[1 + NONCE_BYTES :]
    for cipher in reversed(_keyring.ring.values()):
        try:
            return cipher.decrypt(nonce, sealed, key_id.encode())
        except InvalidTag:
            continue
    raise InvalidTag

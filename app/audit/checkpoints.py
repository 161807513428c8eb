"""Checkpoints: how far the chain had come at a moment, in one signed line for an outside witness.

A chain in the database can be written anew by whoever has the database, every digest fitting
the next. What was told to somebody outside cannot. So the worker says after ten linked entries
or a minute, whichever is first: this many entries, and this is the digest of the last. At most nine
linked entries stand without a checkpoint, for at most a minute. Source: security.md T-10.

The line is JSON with its members in the order of the alphabet, no spaces, ASCII only. It is
signed (ed25519) over the same line without `signature`; `previous` is the SHA-256 of the line
before, letter by letter. A new key is named by a checkpoint that the old key signs.
"""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.audit.digests import START

AFTER_ENTRIES = 10
AFTER = timedelta(seconds=60)
KIND = "trail.checkpoint"
"""What it is, in the line and as the kind of a message."""
_MEMBERS = {
    "number": int,
    "position": int,
    "digest": str,
    "previous": str,
    "at": str,
    "office": str,
    "key": str,
}


class BadCheckpoint(Exception):
    """A line is no checkpoint, or does not follow the one before. The text says which, in plain words."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """One line. `key` is the public key that signs it, `next_key` the one that signs from here on."""

    number: int
    position: int
    digest: str
    previous: str
    at: str
    office: str
    key: str
    next_key: str | None = None
    signature: str = ""

    @property
    def line(self) -> str:
        """As the witness has it, without the end of the line."""
        return _canonical(asdict(self) | {"type": KIND})

    @property
    def signed_text(self) -> bytes:
        """What the signature is over."""
        return _canonical(
            {n: v for n, v in asdict(self).items() if n != "signature"} | {"type": KIND}
        ).encode()

    @property
    def hash(self) -> str:
        """What the next one names as `previous`."""
        return hashlib.sha256(self.line.encode()).hexdigest()

    @property
    def key_after(self) -> str:
        """The public key that has to sign the next one."""
        return self.next_key or self.key

    @classmethod
    def read(cls, line: str) -> Self:
        """Read a line in its one exact form and check its signature; raises `BadCheckpoint`."""
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            raise BadCheckpoint("it cannot be read") from None
        if not _has_members(said):
            raise BadCheckpoint("it is no checkpoint")
        found = cls(**{name: value for name, value in said.items() if name != "type"})
        if found.line != line:
            raise BadCheckpoint("it is not written as a checkpoint is")
        if not _holds(found.key, found.signature, found.signed_text):
            raise BadCheckpoint("its signature does not hold")
        return found


class Follower:
    """Follows checkpoints one by one and remembers the last that held.

    The database must have every number from 1 on. A witness may have begun later or missed some
    (`may_skip`); then what stands between cannot be compared, and what is there still must fit.
    """

    def __init__(self, *, may_skip: bool = False) -> None:
        self.last: Checkpoint | None = None
        self.keys: set[str] = set()
        """Every public key that signed or was named for signing."""
        self._may_skip = may_skip

    def follow(self, found: Checkpoint) -> None:
        """Take the next checkpoint; raises `BadCheckpoint` where it does not follow."""
        number, previous, key = (
            (self.last.number, self.last.hash, self.last.key_after) if self.last else (0, START, "")
        )
        is_next = found.number == number + 1
        if not is_next and not (self._may_skip and found.number > number):
            raise BadCheckpoint(f"number {number + 1} should stand here")
        if is_next and found.previous != previous:
            raise BadCheckpoint("it does not hold the one before")
        if is_next and key and found.key != key:
            raise BadCheckpoint("it is signed with another key than the one before names")
        if self.last and found.position < self.last.position:
            raise BadCheckpoint("it stands before the one before")
        self.keys |= {found.key, found.key_after}
        self.last = found


@dataclass(frozen=True)
class Signer:
    """The office's witness key, ready to sign. Its `repr` holds no key."""

    office: str
    private: Ed25519PrivateKey

    @classmethod
    def of(cls, key: bytes, office: str) -> Self:
        """From the 32 bytes of the setting."""
        return cls(office, Ed25519PrivateKey.from_private_bytes(key))

    @property
    def public_key(self) -> str:
        """32 bytes in base64; what a witness checks by."""
        return base64.b64encode(self.private.public_key().public_bytes_raw()).decode()

    def checkpoint(
        self, last: Checkpoint | None, position: int, digest: str, at: datetime, next_key: str | None = None
    ) -> Checkpoint:
        """The signed checkpoint after `last`."""
        unsigned = Checkpoint(
            number=last.number + 1 if last else 1,
            position=position,
            digest=digest,
            previous=last.hash if last else START,
            at=at.isoformat(timespec="microseconds"),
            office=self.office,
            key=self.public_key,
            next_key=next_key,
        )
        signature = self.private.sign(unsigned.signed_text)
        return replace(unsigned, signature=base64.b64encode(signature).decode())


def is_due(since: int, waited: timedelta | None) -> bool:
    """Whether a checkpoint is due: `since` entries linked after the last, made `waited` ago (None: none yet).

    A clock that was put back counts as a minute: rather one too many.
    """
    return since >= AFTER_ENTRIES or (since > 0 and (waited is None or abs(waited) >= AFTER))


def read_public_key(text: str) -> str:
    """A public key as it is written; raises `ValueError`, without it."""
    try:
        is_key = len(base64.b64decode(text, validate=True)) == 32
    except ValueError:
        is_key = False
    if not is_key:
        raise ValueError("A public key is 32 bytes in base64.")
    return text


def _canonical(members: dict[str, Any]) -> str:
    return json.dumps(members, sort_keys=True, separators=(",", ":"))


def _has_members(said: Any) -> bool:
    if not isinstance(said, dict) or said.get("type") != KIND:
        return False
    names = {*_MEMBERS, "next_key", "signature", "type"}
    is_named = set(said) == names and isinstance(said["signature"], str)
    is_key = said.get("next_key") is None or isinstance(said["next_key"], str)
    return is_named and is_key and all(type(said[name]) is kind for name, kind in _MEMBERS.items())


def _holds(key: str, signature: str, text: bytes) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), text)
    except (InvalidSignature, ValueError):
        return False
    return True

"""Standard Webhooks signatures, checked on what comes and put on what leaves.

The signed text is `id.timestamp.body`, over the raw bytes. Two schemes and no others: `v1` is
HMAC-SHA256 with a secret that both sides know (`whsec_`); `v1a` is ed25519, where we know only
the public key (`whpk_`) of the one who signs (`whsk_`). A key says itself which it is, so that
no message can choose how it is checked. While keys are changed a message carries several
signatures, and one that holds is enough. Source: the Standard Webhooks specification, 1.0.0.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

TOLERANCE = timedelta(seconds=300)
SECRET, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"
SECRET_BYTES = range(24, 65)
ED25519_BYTES = 32
MOST_SIGNATURES = 10
"""More on one message are refused unread: each costs a stranger nothing, and us a calculation."""
LONGEST_TIMESTAMP = 12
ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER = "webhook-id", "webhook-timestamp", "webhook-signature"


class Algorithm(StrEnum):
    """The two ways to sign. The value stands before each signature."""

    V1 = "v1"
    V1A = "v1a"


class SignatureProblem(StrEnum):
    """Why a signature does not hold; the values are problem slugs of the contract (security.md C.5)."""

    BAD = "bad-signature"
    STALE = "stale-timestamp"


@dataclass(frozen=True)
class Signed:
    """A message as it came: what its headers say, and its raw bytes. Whatever they hold, nothing raises."""

    message_id: str
    timestamp: str
    signatures: str
    body: bytes

    @classmethod
    def from_headers(cls, headers: Any, body: bytes) -> Self:
        """Read the three headers; one that is missing is empty, and holds for no key."""
        return cls(
            message_id=headers.get(ID_HEADER) or "",
            timestamp=headers.get(TIMESTAMP_HEADER) or "",
            signatures=headers.get(SIGNATURE_HEADER) or "",
            body=body,
        )

    @property
    def is_well_formed(self) -> bool:
        """Whether there is a time to read, and no more signatures than an honest sender needs."""
        is_number = self.timestamp.isascii() and self.timestamp.isdigit()
        is_short = len(self.timestamp) <= LONGEST_TIMESTAMP
        return is_number and is_short and self.signatures.count(" ") < MOST_SIGNATURES

    @property
    def text(self) -> bytes:
        """What is signed."""
        return _signed_text(self.message_id, self.timestamp, self.body)

    def given(self, algorithm: Algorithm) -> list[str]:
        """The signatures of one kind. Kinds that we do not know are none of ours to judge."""
        start = f"{algorithm.value},"
        return [part.removeprefix(start) for part in self.signatures.split(" ") if part.startswith(start)]

    def is_in_time(self, now: datetime) -> bool:
        """Whether it was signed within five minutes of our clock; to be asked once a signature holds."""
        return abs(now.timestamp() - int(self.timestamp)) <= TOLERANCE.total_seconds()


@dataclass(frozen=True)
class CheckingKey:
    """A key ready to check with: the secret that both sides know, or the public key of the other side."""

    algorithm: Algorithm
    holds: Callable[[bytes, str], bool]
    """Whether one signature is that of a text."""

    def signed(self, message: Signed) -> bool:
        """Whether any signature on the message is this key's. All are tried, so that time tells nothing."""
        if not message.is_well_formed:
            return False
        text = message.text
        return any([self.holds(text, one) for one in message.given(self.algorithm)])  # noqa: C419


def checking_key(key: str) -> CheckingKey:
    """Read a key to check with, `whsec_` or `whpk_`. Raises `ValueError`, without the key in it."""
    if key.startswith(PUBLIC):
        return CheckingKey(Algorithm.V1A, _holds_by_public_key(key))
    secret = _secret_bytes(key)

    def holds(text: bytes, signature: str) -> bool:
        return hmac.compare_digest(_hmac(secret, text).encode(), _bytes_of(signature))

    return CheckingKey(Algorithm.V1, holds)


def check(
    keys: str | Iterable[str], *, message_id: str, timestamp: str, signatures: str, body: bytes, now: datetime
) -> SignatureProblem | None:
    """None when a signature is right by one of the keys, and the time within five minutes of ours."""
    message = Signed(message_id, timestamp, signatures, body)
    if not any([checking_key(key).signed(message) for key in _each(keys)]):  # noqa: C419 - all are tried
        return SignatureProblem.BAD
    return None if message.is_in_time(now) else SignatureProblem.STALE


def sign(keys: str | Iterable[str], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a signed message, with one signature for each key (`whsec_` or `whsk_`)."""
    timestamp = str(int(at.timestamp()))
    text = _signed_text(message_id, timestamp, body)
    return {
        ID_HEADER: message_id,
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: " ".join(_signature(key, text) for key in _each(keys)),
    }


def new_secret() -> str:
    """A fresh signing secret, shown once to whoever registers a client."""
    return SECRET + base64.b64encode(secrets.token_bytes(32)).decode()


def new_key_pair() -> tuple[str, str]:
    """A fresh pair: what we sign with, kept sealed, and the public key that anybody may check by."""
    private = Ed25519PrivateKey.generate()
    made = base64.b64encode(private.private_bytes_raw()).decode()
    public = base64.b64encode(private.public_key().public_bytes_raw()).decode()
    return PRIVATE + made, PUBLIC + public


def _each(keys: str | Iterable[str]) -> Iterable[str]:
    return [keys] if isinstance(keys, str) else keys


def _signed_text(message_id: str, timestamp: str, body: bytes) -> bytes:
    return _bytes_of(message_id) + b"." + _bytes_of(timestamp) + b"." + body


def _signature(key: str, text: bytes) -> str:
    if key.startswith(PRIVATE):
        made = base64.b64encode(_private_key(key).sign(text)).decode()
        return f"{Algorithm.V1A.value},{made}"
    return f"{Algorithm.V1.value},{_hmac(_secret_bytes(key), text)}"


def _hmac(secret: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.digest(secret, text, "sha256")).decode()


def _holds_by_public_key(key: str) -> Callable[[bytes, str], bool]:
    public = Ed25519PublicKey.from_public_bytes(_ed25519_bytes(key, PUBLIC)[0])

    def holds(text: bytes, signature: str) -> bool:
        try:
            public.verify(_exactly_decoded(signature), text)
        except (InvalidSignature, ValueError):
            return False
        return True

    return holds


def _secret_bytes(key: str) -> bytes:
    try:
        secret = _exactly_decoded(key.removeprefix(SECRET)) if key.startswith(SECRET) else b""
    except ValueError:
        secret = b""
    if len(secret) not in SECRET_BYTES:
        raise ValueError("A signing secret is whsec_ and base64 of 24 to 64 bytes.") from None
    return secret


def _private_key(key: str) -> Ed25519PrivateKey:
    """Some write the public key behind the private one; then it must be that key's."""
    private, public = _ed25519_bytes(key, PRIVATE)
    made = Ed25519PrivateKey.from_private_bytes(private)
    if public and made.public_key().public_bytes_raw() != public:
        raise ValueError("The two halves of this key do not belong together.")
    return made


def _ed25519_bytes(key: str, start: str) -> tuple[bytes, bytes]:
    try:
        found = _exactly_decoded(key.removeprefix(start))
    except ValueError:
        found = b""
    if len(found) != ED25519_BYTES and (start == PUBLIC or len(found) != 2 * ED25519_BYTES):
        raise ValueError(f"A key is {start} and base64 of {ED25519_BYTES} bytes.") from None
    return found[:ED25519_BYTES], found[ED25519_BYTES:]


def _exactly_decoded(text: str) -> bytes:
    """Base64 in its one exact form: no other text may stand for the same bytes. Raises `ValueError`."""
    try:
        found = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("This is not base64.") from None
    if base64.b64encode(found).decode() != text:
        raise ValueError("This is not base64 as it is written.")
    return found


def _bytes_of(text: str) -> bytes:
    """Headers hold whatever a stranger writes, even halves of letters."""
    return text.encode("utf-8", "surrogatepass")

"""Standard Webhooks signatures (v1, HMAC-SHA256), checked on what comes and put on what leaves.

The signed text is `id.timestamp.body`, over the raw bytes; the secret is written
`whsec_` and base64. Source: the Standard Webhooks specification, 1.0.0.
"""

import base64
import binascii
import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

TOLERANCE = timedelta(seconds=300)
PREFIX = "whsec_"


class SignatureProblem(StrEnum):
    """Why a signature does not hold; the values are problem slugs of the contract (security.md C.5)."""

    BAD = "bad-signature"
    STALE = "stale-timestamp"


def new_secret() -> str:
    """A fresh signing secret, shown once to whoever registers a client."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a signed message."""
    timestamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{_digest(_secret_bytes(secret), message_id, timestamp, body)}",
    }


def check(
    secret: str, *, message_id: str, timestamp: str, signatures: str, body: bytes, now: datetime
) -> SignatureProblem | None:
    """None when one of the signatures is right and the time is within five minutes of ours."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return SignatureProblem.BAD
    wanted = _digest(_secret_bytes(secret), message_id, timestamp, body)
    given = [part[3:] for part in signatures.split(" ") if part.startswith("v1,")]
    # All are compared, so that the time taken does not tell which one was near.
    if not any([hmac.compare_digest(wanted.encode(), one.encode()) for one in given]):  # noqa: C419
        return SignatureProblem.BAD
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        return SignatureProblem.STALE
    return None


def _secret_bytes(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("A signing secret is whsec_ and base64.") from None


def _digest(secret: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    signed = message_id.encode() + b"." + timestamp.encode() + b"." + body
    return base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()

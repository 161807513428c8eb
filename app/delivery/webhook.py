"""Sending a message as a signed webhook to a registered destination, and to no other."""

from datetime import datetime

import httpx
import orjson

from app.delivery.destinations import headers_for
from app.delivery.models import OutboxMessage
from app.delivery.outbox import AS_BODY, SendFailed
from app.foundation import clock
from app.foundation.db import db

TIMEOUT_SECONDS = 5.0


def body_of(message: OutboxMessage) -> bytes:
    """The message as the receiver reads it: what happened, when, and ids; thin by design.

    A receiver that speaks a standard of its own gets the body that was written for it.
    """
    if AS_BODY in message.payload:
        return orjson.dumps(message.payload[AS_BODY])
    return orjson.dumps(
        {"type": message.kind, "timestamp": _as_text(message.created_at), "data": message.payload}
    )


class WebhookSender:
    """Sends messages one after another over kept connections. Any 2xx means taken."""

    def __init__(self) -> None:
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)

    def __call__(self, message: OutboxMessage) -> None:
        body, now = body_of(message), clock.now()
        url, signed = message.destination.url, headers_for(message.destination, message.id, body, now)
        db.session.rollback()  # reading the keys opened a transaction; none may wait on a network
        headers = signed | {"content-type": "application/json"}
        try:
            answer = self._client.post(url, content=body, headers=headers)
        except httpx.HTTPError as problem:
            raise SendFailed(type(problem).__name__) from problem
        if not answer.is_success:
            raise SendFailed(f"HTTP {answer.status_code}")

    def close(self) -> None:
        self._client.close()


def _as_text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

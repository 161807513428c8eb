"""Sending a message as a signed webhook to a registered destination, and to no other."""

from datetime import datetime

import httpx
import orjson

from app.delivery.models import Destination, Network, OutboxMessage, Purpose
from app.delivery.outbox import SendFailed
from app.delivery.signatures import new_secret, sign
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.vault import sealing

TIMEOUT_SECONDS = 5.0


def register_destination(
    name: str, url: str, *, network: Network = Network.PUBLIC, purpose: Purpose = Purpose.DISPATCH
) -> tuple[Destination, str]:
    """Allow messages to an address; returns it with the secret that its owner checks them by."""
    secret = new_secret()
    key_id = sealing.new_key("destination")
    destination_id = new_id()
    destination = Destination(
        id=destination_id,
        name=name,
        url=url,
        key_id=key_id,
        secret_sealed=sealing.seal(key_id, "destinations", "secret_sealed", destination_id, secret),
        created_at=clock.now(),
        purpose=purpose,
        network=network,
    )
    db.session.add(destination)
    db.session.flush()
    return destination, secret


def secret_of(destination: Destination) -> str:
    return sealing.unseal(
        destination.key_id, "destinations", "secret_sealed", destination.id, destination.secret_sealed
    )


def body_of(message: OutboxMessage) -> bytes:
    """The message as the receiver reads it: what happened, when, and ids; thin by design."""
    return orjson.dumps(
        {"type": message.kind, "timestamp": _as_text(message.created_at), "data": message.payload}
    )


class WebhookSender:
    """Sends messages one after another over kept connections. Any 2xx means taken."""

    def __init__(self) -> None:
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)

    def __call__(self, message: OutboxMessage) -> None:
        body, now = body_of(message), clock.now()
        url, secret = message.destination.url, secret_of(message.destination)
        db.session.rollback()  # reading the secret opened a transaction; none may wait on a network
        headers = sign(secret, message.id, now, body) | {"content-type": "application/json"}
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

"""Sending a message as a signed webhook to a registered destination, and to no other."""

import ssl
from datetime import datetime

import httpx
import orjson

from app.delivery import connection
from app.delivery.addresses import REFUSED, BadAddress, check_url
from app.delivery.destinations import headers_for
from app.delivery.models import Destination
from app.delivery.outbox import AS_BODY, Claimed, Said, SendFailed
from app.foundation import clock
from app.foundation.db import db

JSON = "application/json"
NOTHING: frozenset[str] = frozenset()


def body_of(message: Claimed) -> bytes:
    """The message as the receiver reads it: what happened, when, and ids; thin by design.

    A receiver that speaks a standard of its own gets the body that was written for it.
    """
    if AS_BODY in message.payload:
        return orjson.dumps(message.payload[AS_BODY])
    return orjson.dumps(
        {"type": message.kind, "timestamp": _as_text(message.created_at), "data": message.payload}
    )


class WebhookSender:
    """Sends messages. Any 2xx means received; anything else, a redirect or a "gone" too, is a failure.

    Gives what the answer says is so. A 2xx with no JSON, or with other JSON, says nothing.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls or httpx.create_ssl_context(trust_env=False)

    def __call__(self, message: Claimed) -> Said:
        body, now = body_of(message), clock.now()
        destination = db.session.get_one(Destination, message.destination_id)
        url, network = destination.url, destination.network
        headers = headers_for(destination, message.id, body, now) | {"content-type": JSON}
        db.session.rollback()  # reading the keys opened a transaction; none may wait on a network
        try:
            check_url(url, network)
            answer = connection.post(url, body, headers, network=network, tls=self._tls)
        except BadAddress as problem:
            raise SendFailed(REFUSED) from problem
        except connection.NoAnswer as problem:
            raise SendFailed(str(problem)) from problem
        if not 200 <= answer.status < 300:
            raise SendFailed(f"HTTP {answer.status}")
        return said_in(answer)

    def close(self) -> None:
        """Nothing is kept open between messages."""


def said_in(answer: connection.Answered) -> Said:
    """The members of an answer's JSON object that are exactly `true`."""
    if answer.media_type != JSON or not answer.body:
        return NOTHING
    try:
        read = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return NOTHING
    members = read if isinstance(read, dict) else {}
    return frozenset(name for name, value in members.items() if value is True)


def _as_text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

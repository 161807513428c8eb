"""Which dispatch client a signed message comes from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.accounts.models import DispatchClient
from app.accounts.permissions import Role
from app.audit.trail import Actor, ActorKind
from app.delivery.signatures import SignatureProblem, check
from app.foundation.db import db
from app.foundation.many_inserts import Prepared
from app.vault import sealing
from app.vault.models import DataKey

PURPOSE = "dispatch"
CLIENT_HEADER = "webhook-client"
UNKNOWN_KEY = "unknown-key"
LONGEST_MESSAGE_ID = 120


class NotSigned(Exception):
    """The message is not from a client we know; `slug` says why, in the words of the contract."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


@dataclass(frozen=True)
class SignedMessage:
    """A message whose signature holds: who sent it, and its id."""

    client_id: str
    agency: str
    message_id: str

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.CLIENT, self.client_id, self.agency, role=Role.DISPATCH_CLIENT.value)


def read_signature(headers: Any, body: bytes, now: datetime) -> SignedMessage:
    """The client that signed a message; raises `NotSigned`.

    The header `webhook-client` names it. A system that knows only Standard Webhooks leaves
    it out, and every active key is tried: a city has a handful. Keys are read each time, so
    that a revoked one is refused at once.
    """
    message_id = headers.get("webhook-id", "")
    if not 0 < len(message_id) <= LONGEST_MESSAGE_ID or not message_id.isprintable():
        raise NotSigned(SignatureProblem.BAD)
    named = headers.get(CLIENT_HEADER)
    candidates = _active_clients(named)
    if not candidates:
        raise NotSigned(UNKNOWN_KEY)
    problems = set()
    for client in candidates:
        problem = check(
            _secret_of(client),
            message_id=message_id,
            timestamp=headers.get("webhook-timestamp", ""),
            signatures=headers.get("webhook-signature", ""),
            body=body,
            now=now,
        )
        if problem is None:
            return SignedMessage(client.id, client.agency, message_id)
        problems.add(problem)
    raise NotSigned(SignatureProblem.STALE if SignatureProblem.STALE in problems else SignatureProblem.BAD)


_ACTIVE = (
    select(
        DispatchClient.id,
        DispatchClient.agency,
        DispatchClient.secret_sealed,
        DataKey.id.label("key_id"),
        DataKey.wrapped,
    )
    .join(DataKey, DataKey.id == DispatchClient.key_id)
    .where(DispatchClient.revoked_at.is_(None), DispatchClient.purpose == PURPOSE)
    .order_by(DispatchClient.id)
)
_active = Prepared(_ACTIVE)
_named = Prepared(_ACTIVE.where(DispatchClient.id == bindparam("named")))


def _active_clients(named: str | None) -> list[Any]:
    session = db.session()
    return list(_named.run(session, named=named) if named else _active.run(session))


def _secret_of(client: Any) -> str:
    key = {"id": client.key_id, "wrapped": client.wrapped}
    return sealing.unseal_with(key, "dispatch_clients", "secret_sealed", client.id, client.secret_sealed)

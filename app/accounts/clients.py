"""Which dispatch client a signed message comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import DispatchClient
from app.accounts.permissions import Role
from app.audit.trail import Actor, ActorKind
from app.delivery.signatures import SignatureProblem, check
from app.foundation.copies import Copy
from app.foundation.db import db
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
    return _read(headers, body, now, _active_keys(headers.get(CLIENT_HEADER)))


def read_known_signature(headers: Any, body: bytes, now: datetime) -> SignedMessage:
    """The same by the keys of a few seconds ago, for a message that is kept as the first thing done with it.

    No revoked key gets through: the row of a message is only written while its client is
    active (`ReferralMessage.client_id`). A key that we do not know yet is looked for.
    """
    try:
        return _read(headers, body, now, _known_keys.get())
    except NotSigned:
        return read_signature(headers, body, now)


@dataclass(frozen=True)
class _Key:
    """What a client signs with."""

    client_id: str
    agency: str
    secret: str


def _read(headers: Any, body: bytes, now: datetime, keys: Mapping[str, _Key]) -> SignedMessage:
    message_id = headers.get("webhook-id", "")
    if not 0 < len(message_id) <= LONGEST_MESSAGE_ID or not message_id.isprintable():
        raise NotSigned(SignatureProblem.BAD)
    named = headers.get(CLIENT_HEADER)
    candidates = [keys[named]] if named in keys else [] if named else list(keys.values())
    if not candidates:
        raise NotSigned(UNKNOWN_KEY)
    problems = set()
    for key in candidates:
        problem = check(
            key.secret,
            message_id=message_id,
            timestamp=headers.get("webhook-timestamp", ""),
            signatures=headers.get("webhook-signature", ""),
            body=body,
            now=now,
        )
        if problem is None:
            return SignedMessage(key.client_id, key.agency, message_id)
        problems.add(problem)
    raise NotSigned(SignatureProblem.STALE if SignatureProblem.STALE in problems else SignatureProblem.BAD)


def _active_keys(named: str | None = None) -> dict[str, _Key]:
    """The keys of active clients, all or the one that is named, by client (one query)."""
    active = (
        select(DispatchClient.id, DispatchClient.agency, DispatchClient.secret_sealed, DataKey)
        .join(DataKey, DataKey.id == DispatchClient.key_id)
        .where(
            DispatchClient.revoked_at.is_(None),
            DispatchClient.purpose == PURPOSE,
            DataKey.wrapped.is_not(None),
        )
        .order_by(DispatchClient.id)
    )
    found = db.session.execute(active.where(DispatchClient.id == named) if named else active)
    return {
        client_id: _Key(
            client_id,
            agency,
            sealing.unseal_with(key, "dispatch_clients", "secret_sealed", client_id, sealed),
        )
        for client_id, agency, sealed, key in found
    }


_known_keys = Copy(lambda _: _active_keys(), seconds=5)

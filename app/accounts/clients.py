"""Which dispatch client a signed message comes from, by which of its keys, and what that key may ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import or_, select

from app.accounts.key_actions import SEALED_AS
from app.accounts.models import ClientKey, DispatchClient
from app.accounts.permissions import Role
from app.accounts.purposes import Asked, Purpose, allows
from app.audit.trail import Actor, ActorKind
from app.delivery.signatures import CheckingKey, SignatureProblem, Signed, checking_key
from app.foundation import clock
from app.foundation.copies import Copy
from app.foundation.db import db
from app.foundation.reader import as_machine
from app.vault import sealing
from app.vault.access import Use
from app.vault.models import DataKey

log = structlog.get_logger()

CLIENT_HEADER = "webhook-client"
UNKNOWN_KEY = "unknown-key"
NOT_PERMITTED = "not-permitted"
LONGEST_MESSAGE_ID = 120


class NotSigned(Exception):
    """The message is not from a client we know; `slug` says why, in the words of the contract."""

    status = 401
    title = "The signature does not hold. Check key and clock."

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class NotPermitted(NotSigned):
    """The signature holds, and the key is for something else."""

    status = 403
    title = "This key is not for that."

    def __init__(self) -> None:
        super().__init__(NOT_PERMITTED)


@dataclass(frozen=True)
class SignedMessage:
    """A message whose signature holds: who sent it, by which key, and its id."""

    client_id: str
    agency: str
    message_id: str
    key_id: str
    purpose: Purpose

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.CLIENT, self.client_id, self.agency, role=Role.DISPATCH_CLIENT.value)


def read_signature(headers: Any, body: bytes, now: datetime, asked: Asked = Asked.TELL) -> SignedMessage:
    """The client that signed a message and may ask this; raises `NotSigned` or `NotPermitted`.

    The header `webhook-client` names it. A system that knows only Standard Webhooks leaves
    it out, and every key that holds is tried: a city has a handful. Keys are read each time,
    so that a revoked one is refused at once.
    """
    return _read(headers, body, now, asked, _keys_that_hold(headers.get(CLIENT_HEADER)))


def read_known_signature(
    headers: Any, body: bytes, now: datetime, asked: Asked = Asked.TELL
) -> SignedMessage:
    """The same by the keys of a few seconds ago, for a message that is kept as the first thing done with it.

    No revoked key gets through: the row of a message is only written while its key holds
    (`ReferralMessage.signing_key_id`). A key that we do not know yet is looked for.
    """
    try:
        return _read(headers, body, now, asked, _known_keys.get())
    except NotSigned:
        return read_signature(headers, body, now, asked)


def forget_known_keys() -> None:
    """Read the keys again at the next message: one of them did not hold when a message was kept."""
    _known_keys.forget()


@dataclass(frozen=True)
class _Key:
    """One key that a client signs with, and what we check by."""

    id: str
    client_id: str
    agency: str
    purpose: Purpose
    expires_at: datetime | None
    checking: CheckingKey

    def signed(self, message: Signed, now: datetime) -> bool:
        return self.checking.signed(message) and (self.expires_at is None or now < self.expires_at)


_Keys = Mapping[str, list[_Key]]


def _read(headers: Any, body: bytes, now: datetime, asked: Asked, keys: _Keys) -> SignedMessage:
    message = Signed.from_headers(headers, body)
    if not 0 < len(message.message_id) <= LONGEST_MESSAGE_ID or not message.message_id.isprintable():
        raise NotSigned(SignatureProblem.BAD)
    named = headers.get(CLIENT_HEADER)
    candidates = keys.get(named, []) if named else [key for theirs in keys.values() for key in theirs]
    if not candidates:
        raise NotSigned(UNKNOWN_KEY)
    signers = [key for key in candidates if key.signed(message, now)]  # all are tried
    if not signers:
        raise NotSigned(SignatureProblem.BAD)
    if not message.is_in_time(now):
        raise NotSigned(SignatureProblem.STALE)
    key = next((key for key in signers if allows(key.purpose, asked)), None)
    if key is None:
        raise NotPermitted
    return SignedMessage(key.client_id, key.agency, message.message_id, key.id, key.purpose)


def _keys_that_hold(named: str | None = None) -> dict[str, list[_Key]]:
    """The keys of all clients or of the one that is named, by client, newest first (one query)."""
    now = clock.now()
    holding = (
        select(ClientKey, DispatchClient, DataKey)
        .join(DispatchClient, DispatchClient.id == ClientKey.client_id)
        .join(DataKey, DataKey.id == DispatchClient.key_id)
        .where(
            ClientKey.revoked_at.is_(None),
            DispatchClient.revoked_at.is_(None),
            or_(ClientKey.expires_at.is_(None), ClientKey.expires_at > now),
            or_(ClientKey.public_key.is_not(None), DataKey.wrapped.is_not(None)),
        )
        .order_by(ClientKey.id.desc())
    )
    found: dict[str, list[_Key]] = {}
    with as_machine():
        rows = db.session.execute(holding.where(ClientKey.client_id == named) if named else holding).all()
    for key, client, data_key in rows:
        if checking := _checking(key, data_key):
            found.setdefault(client.id, []).append(
                _Key(key.id, client.id, client.agency, client.purpose, key.expires_at, checking)
            )
    return found


def _checking(key: ClientKey, data_key: DataKey) -> CheckingKey | None:
    """What we check by. A key whose bytes were damaged holds for nothing, and stops no other."""
    try:
        sealed = key.secret_sealed or b""
        written = key.public_key or sealing.unseal_with(
            data_key, *SEALED_AS, key.client_id, sealed, by=Use.CHECKING
        )
        return checking_key(written)
    except (InvalidTag, ValueError):
        log.error("client_key_damaged", key_id=key.id)
        return None


_known_keys = Copy(lambda _: _keys_that_hold(), seconds=5)

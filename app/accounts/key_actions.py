"""The keys of dispatch's systems: giving another, taking one back, taking all back."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from app.accounts.models import ClientKey, DispatchClient
from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.delivery.signatures import PUBLIC, Algorithm, checking_key, new_secret
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.vault import sealing

SEALED_AS = ("dispatch_clients", "secret_sealed")
"""What a client's secrets are bound to, with the client's id; see `ClientKey`."""


class NotAKey(DomainError):
    """What was given is no public key, or one that somebody has or had."""


class ClientRevoked(DomainError):
    """A client that was revoked gets no further key; it is registered anew."""

    def __init__(self) -> None:
        super().__init__(_l("This system was taken off. Register it again."))


def add_key(
    client: DispatchClient, *, public_key: str | None, expires_at: datetime | None = None, actor: Actor
) -> tuple[ClientKey, str | None]:
    """Give a client another key beside those it has: a secret of ours, shown once, or its own public key."""
    db.session.refresh(client, with_for_update=True)  # nobody takes it off meanwhile
    if client.revoked_at is not None:
        raise ClientRevoked
    key, secret = put_key(client, public_key=public_key, expires_at=expires_at)
    facts = {"key_id": key.id, "algorithm": key.algorithm.value}
    record(What.CLIENT_KEY_ADDED, actor=actor, subject_type="client", subject_id=client.id, **facts)
    return key, secret


def put_key(
    client: DispatchClient, *, public_key: str | None, expires_at: datetime | None = None
) -> tuple[ClientKey, str | None]:
    """The row of a new key, for whoever puts it on the trail."""
    secret = None if public_key else new_secret()
    key = ClientKey(
        id=new_id(),
        client_id=client.id,
        algorithm=Algorithm.V1A if public_key else Algorithm.V1,
        secret_sealed=sealing.seal(client.key_id, *SEALED_AS, client.id, secret) if secret else None,
        public_key=_checked(public_key) if public_key else None,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    db.session.add(key)
    db.session.flush()
    return key, secret


def revoke_key(key: ClientKey, *, actor: Actor) -> None:
    """Take a key back: nothing that is signed with it alone is kept from the commit on."""
    if key.revoked_at is not None:
        return
    key.revoked_at = clock.now()
    facts = {"key_id": key.id, "algorithm": key.algorithm.value}
    record(What.CLIENT_KEY_REVOKED, actor=actor, subject_type="client", subject_id=key.client_id, **facts)


def revoke_client(client: DispatchClient, *, actor: Actor) -> None:
    """Take a client off for good, with every key it has."""
    db.session.refresh(client, with_for_update=True)  # nobody gives it a key meanwhile
    if client.revoked_at is not None:
        return
    client.revoked_at = clock.now()
    for key in client.keys:
        key.revoked_at = key.revoked_at or client.revoked_at
    record(What.CLIENT_REVOKED, actor=actor, subject_type="client", subject_id=client.id)


def _checked(public_key: str) -> str:
    """A public key that nobody has and nobody had: one that was taken back is known to others."""
    try:
        checking_key(public_key)
    except ValueError:
        public_key = ""
    if not public_key.startswith(PUBLIC):
        raise NotAKey(_l("This is not a public key. Write whpk_ and the key's 32 bytes in base64."))
    if db.session.scalar(select(exists().where(ClientKey.public_key == public_key))):
        raise NotAKey(_l("This public key is known here already. Make a new pair."))
    return public_key

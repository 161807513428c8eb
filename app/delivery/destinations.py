"""Where our messages may go, and the keys they are signed with.

A destination has a secret that its owner knows too, and may have a key pair of ours, of which
its owner knows the public half. A new key does not end the old one at once: for a while both
sign, so that the receiver may change over in its own time and misses nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.delivery.addresses import check_url
from app.delivery.models import Destination, DestinationKey, Listener, Network
from app.delivery.signatures import Algorithm, new_key_pair, new_secret, sign
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.ids import new_id
from app.vault import sealing
from app.vault.access import Use
from app.vault.models import KeyPurpose

OVERLAP = timedelta(hours=24)
"""How long the old key signs beside the new one, unless the operator says otherwise."""
_BOUND_TO = ("destinations", "secret_sealed")


def register_destination(
    name: str,
    url: str,
    *,
    network: Network = Network.PUBLIC,
    listener: Listener = Listener.DISPATCH,
) -> tuple[Destination, str]:
    """Allow messages to an address; returns it with the secret that its owner checks them by.

    Raises `BadAddress`.
    """
    check_url(url, network)
    destination = Destination(
        id=new_id(),
        name=name,
        url=url,
        key_id=sealing.new_key(KeyPurpose.DESTINATION),
        created_at=clock.now(),
        network=network,
        listener=listener,
    )
    db.session.add(destination)
    db.session.flush()
    secret = new_secret()
    _keep(destination, Algorithm.V1, secret)
    return destination, secret


def get_destination(destination_id: str) -> Destination:
    """A destination by its id; else `NotFound`."""
    found = db.session.get(Destination, destination_id)
    if found is None:
        raise NotFound
    return found


def rotate_secret(destination: Destination, *, actor: Actor, overlap: timedelta = OVERLAP) -> str:
    """A new secret, shown once. The old one signs too, for a while."""
    secret = new_secret()
    _replace(destination, Algorithm.V1, secret, None, overlap, actor)
    return secret


def rotate_key_pair(destination: Destination, *, actor: Actor, overlap: timedelta = OVERLAP) -> str:
    """A first or a new key pair of ours; gives the public key. An old pair signs too, for a while."""
    private, public = new_key_pair()
    _replace(destination, Algorithm.V1A, private, public, overlap, actor)
    return public


def headers_for(destination: Destination, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a message to a destination: a signature by each key that holds now."""
    secrets = [
        sealing.unseal(destination.key_id, *_BOUND_TO, destination.id, key.secret_sealed, by=Use.SIGNING)
        for key in signing_keys(destination, now)
    ]
    return sign(secrets, message_id, now, body)


def signing_keys(destination: Destination, now: datetime) -> Sequence[DestinationKey]:
    """The keys that sign what goes there now, newest first (one query)."""
    holds = or_(DestinationKey.expires_at.is_(None), DestinationKey.expires_at > now)
    wanted = select(DestinationKey).where(DestinationKey.destination_id == destination.id, holds)
    return db.session.scalars(wanted.order_by(DestinationKey.id.desc())).all()


def _replace(
    destination: Destination,
    algorithm: Algorithm,
    secret: str,
    public_key: str | None,
    overlap: timedelta,
    actor: Actor,
) -> None:
    end = clock.now() + overlap
    db.session.execute(
        update(DestinationKey)
        .where(
            DestinationKey.destination_id == destination.id,
            DestinationKey.algorithm == algorithm,
            or_(DestinationKey.expires_at.is_(None), DestinationKey.expires_at > end),
        )
        .values(expires_at=end)
    )
    _keep(destination, algorithm, secret, public_key)
    record(
        What.DESTINATION_KEY_CHANGED,
        actor=actor,
        subject_type="destination",
        subject_id=destination.id,
        algorithm=algorithm.value,
    )


def _keep(destination: Destination, algorithm: Algorithm, secret: str, public_key: str | None = None) -> None:
    sealed = sealing.seal(destination.key_id, *_BOUND_TO, destination.id, secret)
    db.session.add(
        DestinationKey(
            destination_id=destination.id,
            algorithm=algorithm,
            secret_sealed=sealed,
            public_key=public_key,
            created_at=clock.now(),
        )
    )
    db.session.flush()

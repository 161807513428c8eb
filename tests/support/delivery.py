"""Messages and receivers for tests of the outbox."""

import time
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.delivery.destinations import register_destination
from app.delivery.models import Destination, Network, OutboxMessage
from app.delivery.outbox import Claimed, Said, SendFailed, enqueue
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id

NOWHERE = "https://cad.example.gov/callbacks"


def make_destination(name: str = "City CAD", url: str = NOWHERE, **fields: Any) -> Destination:
    """A registered destination; on this machine when its address says so."""
    network = Network.THIS_MACHINE if "localhost" in url else Network.PUBLIC
    destination, _ = register_destination(name, url, network=network)
    for column, value in fields.items():
        setattr(destination, column, value)
    db.session.commit()
    return destination


def promise(destination: Destination, kind: str = "referral.accepted", subject_id: str = "call-1") -> str:
    """Promise a message and commit; gives its id."""
    time.sleep(0.002)  # ids sort by the thousandth of a second
    enqueue(destination.id, kind, {"referral_id": subject_id}, subject_id=subject_id)
    db.session.commit()
    newest = select(OutboxMessage.id).order_by(OutboxMessage.id.desc()).limit(1)
    message_id = db.session.scalars(newest).one()
    db.session.rollback()  # on SQLite a worker would wait for this test
    return message_id


def make_undelivered(destination: Destination, **fields: Any) -> OutboxMessage:
    """A message that was given up on just now."""
    values = {
        "id": new_id(),
        "kind": "referral.closed",
        "subject_id": "call-1",
        "payload": {},
        "created_at": clock.now(),
        "next_attempt_at": clock.now(),
        "attempt_count": 10,
        "dead_at": clock.now(),
        "last_problem": "HTTP 503",
        **fields,
    }
    message = OutboxMessage(destination_id=destination.id, **values)
    db.session.add(message)
    db.session.commit()
    return message


def message_now(message_id: str) -> OutboxMessage:
    """A message as the database has it at this moment."""
    db.session.expire_all()
    return db.session.get_one(OutboxMessage, message_id)


def make_due(message_id: str, at: datetime) -> None:
    """Let a message be due at another moment."""
    waiting = update(OutboxMessage).where(OutboxMessage.id == message_id)
    db.session.execute(waiting.values(next_attempt_at=at))
    db.session.commit()


def refuse(message: Claimed) -> Said:
    """A receiver in trouble."""
    raise SendFailed("HTTP 503")


def take(message: Claimed) -> Said:
    """A receiver that takes everything, and says no more than that."""
    return ()


class Listener:
    """A receiver that remembers what came, and answers what it is told to."""

    def __init__(self, *said: str) -> None:
        self.said: Collection[str] = said
        self.came: list[Claimed] = []

    def __call__(self, message: Claimed) -> Said:
        self.came.append(message)
        return self.said

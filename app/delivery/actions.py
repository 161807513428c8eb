"""What people do about messages: say where the watch is paged, and send again what was given up on."""

from sqlalchemy import update

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.delivery.destinations import register_destination
from app.delivery.models import Destination, Listener, Network, OutboxMessage
from app.foundation import clock
from app.foundation.db import db


def register_watch(name: str, url: str, *, network: Network, actor: Actor) -> tuple[Destination, str]:
    """Register where the office's watch is paged; raises `BadAddress`. The secret is shown once."""
    watch, secret = register_destination(name, url, network=network, listener=Listener.WATCH)
    record(
        What.DESTINATION_REGISTERED,
        actor=actor,
        subject_type="destination",
        subject_id=watch.id,
        purpose=watch.listener.value,
    )
    return watch, secret


def send_again(message_id: str, *, actor: Actor) -> bool:
    """Give a message that was given up on one more attempt; False when it is not given up on (any more)."""
    waiting = (
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.dead_at.is_not(None))
        .values(dead_at=None, next_attempt_at=clock.now())
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(waiting).scalar() is None:
        return False
    record(What.MESSAGE_SENT_AGAIN, actor=actor, subject_type="message", subject_id=message_id)
    return True

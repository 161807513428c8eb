"""Reading the outbox: what was given up on, where the watch is paged, and when a worker last lived."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app.delivery.models import Destination, Listener, OutboxMessage, WorkerBeat
from app.foundation.clock_guard import JUMP
from app.foundation.db import db
from app.foundation.paging import Page, page_of


def watch_ids() -> Sequence[str]:
    """Where the office's watch is paged, those registered first first (one query; there are few)."""
    watches = select(Destination.id).where(Destination.listener == Listener.WATCH)
    return db.session.scalars(watches.order_by(Destination.id)).all()


def list_undelivered(number: int) -> Page[OutboxMessage]:
    """A page of messages that were given up on, the newest first, with their destination (one query)."""
    dead = select(OutboxMessage).join(OutboxMessage.destination).where(OutboxMessage.dead_at.is_not(None))
    ordered = dead.order_by(OutboxMessage.dead_at.desc(), OutboxMessage.id.desc())
    return page_of(ordered.options(contains_eager(OutboxMessage.destination)), number)


def count_undelivered() -> int:
    """How many messages were given up on and wait for a person (one query, by its index)."""
    dead = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.dead_at.is_not(None))
    return db.session.scalar(dead) or 0


def latest_beat(now: datetime) -> datetime | None:
    """The newest sign of life of any worker (one query).

    One of the future is none: it was written before a clock was put back, and would count as
    alive for as long as its worker is dead. Another machine's clock may be ahead of ours by as
    much as no clock guard calls a jump.
    """
    return db.session.scalar(select(func.max(WorkerBeat.at)).where(WorkerBeat.at <= now + JUMP))

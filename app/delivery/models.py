"""Messages that must arrive and clocks that must ring, as rows that any worker may claim."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.delivery.signatures import Algorithm
from app.foundation.db import Id, Model
from app.vault.columns import Ciphertext, Sealed


class Listener(StrEnum):
    """Who listens at a destination."""

    DISPATCH = "dispatch"
    WATCH = "watch"
    """The office's own people, who are paged when dispatch does not answer."""
    WITNESS = "witness"
    """Somebody outside who keeps the checkpoints of the trail."""


class Network(StrEnum):
    """How near a destination may be. Whatever is nearer than what was registered is refused."""

    PUBLIC = "public"
    PRIVATE = "private"
    """Many 911 centres are reached over a private network. It may have a public address, too."""
    THIS_MACHINE = "this_machine"
    """Only this machine itself, as in a demo."""


class Destination(Model):
    """Where messages may go: only to addresses that an operator registered."""

    __tablename__ = "destinations"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(500))
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    """The data key that seals what it is signed to with."""
    created_at: Mapped[datetime]
    listener: Mapped[Listener] = mapped_column(default=Listener.DISPATCH)
    network: Mapped[Network] = mapped_column(default=Network.PUBLIC)
    failure_count: Mapped[int] = mapped_column(default=0)
    """How many attempts in a row have failed, whatever the message."""


class DestinationKey(Model):
    """One key that our messages to a destination are signed with; while keys are changed there are two.

    What is sealed is bound to the destination, as it was when a destination had one secret.
    """

    __tablename__ = "destination_keys"
    __table_args__ = (
        CheckConstraint("(algorithm = 'v1a') = (public_key IS NOT NULL)", name="pair_has_public_key"),
    )

    id: Mapped[Id]
    destination_id: Mapped[str] = mapped_column(ForeignKey("destinations.id"), index=True)
    algorithm: Mapped[Algorithm]
    secret_sealed: Mapped[Ciphertext] = mapped_column(Sealed)
    """A `whsec_`, or the `whsk_` of a pair."""
    public_key: Mapped[str | None] = mapped_column(String(60))
    """What the receiver checks a pair's signatures by."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """Until when it signs beside a newer one."""


class OutboxMessage(Model):
    """One message out, written with the change it tells of. Its id is stable over all attempts.

    Waiting: neither `sent_at` nor `dead_at`. A worker holds it until `next_attempt_at`, and
    knows by `attempt_count` that it is still the one who does. Given up: `dead_at`, until a
    person sends it again.
    """

    __tablename__ = "outbox_messages"

    id: Mapped[Id]
    destination_id: Mapped[str] = mapped_column(ForeignKey("destinations.id"), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(80), index=True)
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    attempt_count: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_problem: Mapped[str | None] = mapped_column(String(120))

    destination: Mapped[Destination] = relationship()


_IS_WAITING = OutboxMessage.sent_at.is_(None) & OutboxMessage.dead_at.is_(None)
_IS_DEAD = OutboxMessage.dead_at.is_not(None)
for _name, _columns, _which in (
    ("waiting", (OutboxMessage.next_attempt_at,), _IS_WAITING),
    ("waiting_kind", (OutboxMessage.kind, OutboxMessage.next_attempt_at), _IS_WAITING),
    ("waiting_there", (OutboxMessage.destination_id, OutboxMessage.id), _IS_WAITING),
    ("dead", (OutboxMessage.dead_at, OutboxMessage.id), _IS_DEAD),
):
    Index(f"ix_outbox_messages_{_name}", *_columns, sqlite_where=_which, postgresql_where=_which)


class DueTimer(Model):
    """A clock on something: when it is due a worker does what its kind says, once."""

    __tablename__ = "due_timers"
    __table_args__ = (Index("ix_due_timers_subject", "subject_id", "kind"),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(80))
    due_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    attempt_count: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


Index(
    "ix_due_timers_waiting",
    DueTimer.next_attempt_at,
    sqlite_where=DueTimer.done_at.is_(None) & DueTimer.cancelled_at.is_(None),
    postgresql_where=DueTimer.done_at.is_(None) & DueTimer.cancelled_at.is_(None),
)


class WorkerBeat(Model):
    """The last sign of life of a worker; the board says when there is silence."""

    __tablename__ = "worker_beats"

    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime]

"""The rows of a new referral, written together: stored as received before anything is said of it.

The hook's path: a handful of plain inserts, in a transaction that calls of the same moment
share. Either all rows of a call are durable and dispatch gets a 2xx, or none is kept and
dispatch keeps the call.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from sqlalchemy import update

from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import Actor, entry_values
from app.delivery.models import DueTimer
from app.delivery.timers import timer_values
from app.foundation import clock
from app.foundation.db import db, let_go
from app.foundation.group_commit import Seat
from app.foundation.ids import new_id
from app.foundation.many_inserts import Row, insert_together
from app.referrals import rules
from app.referrals.actions import keep_callback, keep_writable, seal_told, state_row_values, timer_of
from app.referrals.models import (
    MessageKind,
    Referral,
    ReferralMessage,
    ReferralStateRow,
    Source,
    State,
)
from app.referrals.natures import Nature
from app.referrals.payloads import NewReferral
from app.referrals.promises import promise_anew, promise_to
from app.referrals.transitions import owner_in
from app.roster.lanes import Lane
from app.vault import sealing
from app.vault.callbacks import fingerprint_of
from app.vault.models import DataKey, KeyPurpose
from app.vault.sealing import NewKey


@dataclass(frozen=True)
class Message:
    """A message from dispatch as it came: who signed it with which key, its id, its media type, its bytes."""

    client_id: str
    signing_key_id: str
    message_id: str
    kind: MessageKind
    media_type: str
    body: bytes

    @property
    def digest(self) -> str:
        return sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Placement:
    """What screening and routing made of a new referral."""

    state: State
    reason: str | None
    nature: Nature
    area_id: str | None
    is_on_border: bool
    lane: Lane | None
    team_id: str | None


def unplaced(state: State, reason: str | None = None) -> Placement:
    """Of what has overtaken its call nobody knows yet what it is or where."""
    return Placement(state, reason, Nature.OTHER, area_id=None, is_on_border=False, lane=None, team_id=None)


@dataclass(frozen=True)
class NewRows:
    """The rows of a new referral, its id, and the key that seals what belongs to it."""

    referral_id: str
    key: NewKey
    values: dict[str, Any]
    rows: list[Row]


def rows_of(
    new: NewReferral,
    placement: Placement,
    *,
    client_id: str | None,
    actor: Actor,
    now: datetime,
    previous: Referral | None = None,
) -> NewRows:
    """All rows of a new referral: key, referral, dated state, trail, and the clock that runs."""
    source = Source.DISPATCH if client_id else Source.RESIDENT
    referral_id, key = new_id(), sealing.NewKey(KeyPurpose.REFERRAL)
    promise = promise_to(client_id, new.kind)
    seconds = rules.clock_seconds(placement.state, promise.clocks)
    due_at = now + timedelta(seconds=seconds) if seconds else None
    custody, callback = owner_in(placement.state, source), fingerprint_of(new.told.callback, now)
    values: dict[str, Any] = {
        "id": referral_id,
        "source": source,
        "client_id": client_id,
        "incident_id": new.incident_id,
        "version": new.version,
        "applied_version": new.applied_version or new.version,
        "is_latest": True,
        "kind": new.kind,
        "nature": placement.nature,
        "language": new.language,
        "received_at": now,
        "state": placement.state,
        "custody": custody,
        "reason": placement.reason,
        "clock_due_at": due_at,
        "clock_seconds": seconds,
        "clocks_id": promise.clocks_id,
        "area_id": placement.area_id,
        "is_on_border": placement.is_on_border,
        "lane": placement.lane,
        "team_id": placement.team_id,
        "key_id": key.id,
        "told_sealed": sealing.seal_with(key, "referrals", "told_sealed", referral_id, new.told.as_json()),
        "callback_fingerprint": callback.value,
        "callback_quarter": callback.quarter,
    }
    state_row = state_row_values(referral_id, placement.state, custody, placement.reason, actor, now)
    trail = entry_values(
        What.REFERRAL_RECEIVED,
        actor=actor,
        subject_type="referral",
        subject_id=referral_id,
        state=placement.state.value,
    )
    if previous is not None:
        values["previous_id"] = previous.id
    rows: list[Row] = [
        (DataKey, key.values),
        (Referral, values),
        (ReferralStateRow, state_row),
        (AuditEntry, trail),
    ]
    if due_at and (timer := timer_of(placement.state, source)):
        rows.append((DueTimer, timer_values(timer, referral_id, due_at)))
    return NewRows(referral_id, key, values, rows)


class Write(Protocol):
    """How the rows of a new referral are written: `write`, or `write_durably` from a seat."""

    def __call__(self, rows: NewRows, *more: Row) -> None: ...


def write(rows: NewRows, *more: Row) -> None:
    """Write a new referral with what belongs to it, in the open transaction.

    Raises `IntegrityError` when the incident is here already, or somebody else is writing it at
    this moment.
    """
    insert_together(db.session(), [*rows.rows, *more])


def write_durably(seat: Seat, rows: NewRows, *more: Row) -> None:
    """The same, durable on return: how the hook keeps a call before it answers."""
    let_go()  # nobody may wait for the disk with a lock in hand
    seat.write([*rows.rows, *more])


def fill_in(referral: Referral, new: NewReferral, placement: Placement) -> None:
    """The call has come whose update was here before it: what it says, and where it was placed."""
    referral.version, referral.applied_version = new.version, new.applied_version
    referral.kind, referral.nature, referral.language = new.kind, placement.nature, new.language
    put_at(referral, placement)
    keep_writable(referral)
    seal_told(referral, new.told)
    if new.told.callback:
        keep_callback(referral, new.told.callback)
    referral.received_at = clock.now()  # what dispatch waits for begins with the call itself
    promise_anew(referral)
    db.session.flush()  # the clock that starts next is that of the kind of call


def put_at(referral: Referral, placement: Placement) -> None:
    """Where a call is, and who covers that place."""
    referral.area_id, referral.is_on_border = placement.area_id, placement.is_on_border
    referral.lane, referral.team_id = placement.lane, placement.team_id


def message_row(
    message: Message,
    referral_id: str,
    key: DataKey | NewKey,
    status: int,
    answer: dict[str, Any],
    now: datetime,
) -> Row:
    """The message as it came, sealed under its referral's key, with our answer for a repeat of it."""
    row_id = new_id()
    body = message.body.decode("utf-8", "surrogateescape")
    return (
        ReferralMessage,
        {
            "id": row_id,
            "client_id": message.client_id,
            "signing_key_id": message.signing_key_id,
            "message_id": message.message_id,
            "kind": message.kind,
            "media_type": message.media_type,
            "body_digest": message.digest,
            "received_at": now,
            "referral_id": referral_id,
            "key_id": key.id,
            "body_sealed": sealing.seal_with(key, "referral_messages", "body_sealed", row_id, body),
            "answer_status": status,
            "answer": answer,
        },
    )


def keep_message(referral: Referral, message: Message, status: int, answer: dict[str, Any]) -> None:
    """Keep a later message as it came, sealed under the key of its referral, be it a new one."""
    keep_writable(referral)
    key = db.session.get_one(DataKey, referral.key_id)
    row = message_row(message, referral.id, key, status, answer, clock.now())
    insert_together(db.session(), [row])


def answer_instead(message: Message, status: int, answer: dict[str, Any]) -> None:
    """Another answer to a message that is kept and not answered yet."""
    theirs = (
        ReferralMessage.client_id == message.client_id,
        ReferralMessage.message_id == message.message_id,
    )
    db.session.execute(update(ReferralMessage).where(*theirs).values(answer_status=status, answer=answer))


def answer_of(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What dispatch is told about its call: who owns it, where it stands, by when we answer.

    `needs`: what is worth asking meanwhile, where the one who answers knows it.
    """
    due_at = values["clock_due_at"]
    answer = {
        "id": values["id"],
        "incident_id": values["incident_id"],
        "version": values["applied_version"],
        "state": values["state"].value,
        "custody": values["custody"].value,
        "reason": values["reason"],
        "lane": values["lane"].value if values["lane"] else None,
        "accept_by": due_at.isoformat(timespec="milliseconds") if due_at else None,
        "needs": [],
    }
    return answer | more


def answer_for(referral: Referral, **more: Any) -> dict[str, Any]:
    """The same, for a referral that is already a row."""
    names = ("id", "incident_id", "applied_version", "state", "custody", "reason", "lane", "clock_due_at")
    return answer_of({name: getattr(referral, name) for name in names}, **more)

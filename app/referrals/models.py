"""A call as we keep it: every message as it came, what we know, and who owned it when."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import DispatchClient
from app.foundation.db import Id, Model
from app.foundation.ids import ID_LENGTH
from app.foundation.many_inserts import INSERTED_AS
from app.places.models import Area
from app.referrals.natures import Nature
from app.roster.lanes import Lane
from app.roster.models import Team
from app.vault.columns import Ciphertext, Sealed
from app.vault.period_models import PERIOD_LENGTH


class Source(StrEnum):
    """Who offered us the call."""

    DISPATCH = "dispatch"
    RESIDENT = "resident"
    PARTNER = "partner"


class Custody(StrEnum):
    """Who owns the call now. Two owners is allowed; none does not exist."""

    DISPATCH = "dispatch"
    OFFICE = "office"
    BOTH = "both"


class CallKind(StrEnum):
    """Whether the dispatcher holds the caller on the line, or somebody calls back later."""

    LIVE = "live"
    CALLBACK = "callback"


class State(StrEnum):
    """Where a referral stands (security.md C.2); the ways between are in transitions.py."""

    PARKED = "parked"
    IN_REVIEW = "in_review"
    OFFERED = "offered"
    ACCEPT_PENDING = "accept_pending"
    ACCEPTED = "accepted"
    CONTACTING = "contacting"
    ENGAGED = "engaged"
    HANDING_BACK = "handing_back"
    HANDED_BACK = "handed_back"
    CANCEL_REQUESTED = "cancel_requested"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class MessageKind(StrEnum):
    """What dispatch can tell us about a call."""

    CREATE = "create"
    UPDATE = "update"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    HAND_BACK_ACK = "handback_ack"


# Nothing more happens to these.
ENDED_STATES = (State.HANDED_BACK, State.CANCELLED, State.CLOSED)
_IS_RESIDENTS = text("source = 'resident'")
_IF_KEY_HOLDS = (  # two rows by their primary keys, whatever else the tables hold
    "(SELECT k.id FROM client_keys k JOIN dispatch_clients c ON c.id = k.client_id"
    " WHERE k.id = {} AND k.revoked_at IS NULL AND c.revoked_at IS NULL"
    " AND (k.expires_at IS NULL OR k.expires_at > CURRENT_TIMESTAMP))"
)


# What we give up by then is dispatch's again (rules.py); of each check the name is the field that is wrong.
_CLOCK_RULES = {
    "dead_man_seconds": "",
    "accept_seconds": " AND accept_seconds + confirm_seconds + 5 <= dead_man_seconds",
    "review_seconds": " AND review_seconds <= accept_seconds",
    "confirm_seconds": "",
    "contact_seconds": "",
    "re_offer_seconds": "",
    "on_the_way_seconds": "",
}
_IS_CURRENT = text("ended_at IS NULL")


class ClientClocks(Model):
    """The clocks of one centre for one kind of call; a centre without a row has the defaults (rules.py).

    Its seconds never change: a change ends the row and begins another. So a call keeps the clocks
    by which it was promised, though the centre has others by now: a time to accept by the old
    ones and a time to confirm by the new could together outlast both dead-man clocks.
    """

    __tablename__ = "client_clocks"
    __table_args__ = (
        Index(
            "uq_client_clocks_current",
            "client_id",
            "kind",
            unique=True,
            sqlite_where=_IS_CURRENT,
            postgresql_where=_IS_CURRENT,
        ),
        *(
            CheckConstraint(f"{name} BETWEEN 1 AND 86400{rule}", name=name)
            for name, rule in _CLOCK_RULES.items()
        ),
    )

    id: Mapped[Id]
    client_id: Mapped[str] = mapped_column(ForeignKey("dispatch_clients.id"))
    kind: Mapped[CallKind]
    dead_man_seconds: Mapped[int]
    accept_seconds: Mapped[int]
    review_seconds: Mapped[int]
    confirm_seconds: Mapped[int]
    contact_seconds: Mapped[int]
    re_offer_seconds: Mapped[int]
    on_the_way_seconds: Mapped[int]
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Referral(Model):
    """A call offered to us. What was said is sealed; the rest is enough for board, map and report."""

    __tablename__ = "referrals"
    __table_args__ = (
        # One referral of an incident is its latest: whatever is told of the incident again, by a second
        # caller, late or out of order, meets it and is read with all that was told before.
        Index(
            "uq_referrals_incident",
            "client_id",
            "incident_id",
            unique=True,
            sqlite_where=text("is_latest = 1"),
            postgresql_where=text("is_latest"),
        ),
        # A resident's form sent twice, even at the same moment, is one request.
        Index(
            "uq_referrals_request",
            "incident_id",
            unique=True,
            sqlite_where=_IS_RESIDENTS,
            postgresql_where=_IS_RESIDENTS,
        ),
        # Whoever may still be alone has an owner who knows it: the database refuses anything else.
        CheckConstraint(
            "source <> 'dispatch' OR custody = CASE"
            " WHEN state IN ('accepted', 'contacting', 'engaged', 'closed') THEN 'office'"
            " WHEN state IN ('accept_pending', 'handing_back', 'cancel_requested') THEN 'both'"
            " ELSE 'dispatch' END",
            name="custody_fits_state",
        ),
        Index("ix_referrals_state", "state", "clock_due_at"),
        Index("ix_referrals_received", "received_at"),
    )

    id: Mapped[Id]
    source: Mapped[Source]
    client_id: Mapped[str | None] = mapped_column(ForeignKey("dispatch_clients.id"))
    incident_id: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(BigInteger, default=1)
    """Of the message that offered it; 0 where only an update or a cancel has come so far."""
    applied_version: Mapped[int] = mapped_column(BigInteger, default=1)
    is_latest: Mapped[bool] = mapped_column(default=True)
    previous_id: Mapped[str | None] = mapped_column(ForeignKey("referrals.id"))
    """The ended referral of the same incident that this one follows."""
    kind: Mapped[CallKind]
    nature: Mapped[Nature]
    language: Mapped[str | None] = mapped_column(String(35))
    received_at: Mapped[datetime]
    state: Mapped[State]
    custody: Mapped[Custody]
    reason: Mapped[str | None] = mapped_column(String(60))
    clock_due_at: Mapped[datetime | None]
    clock_seconds: Mapped[int | None]
    clocks_id: Mapped[str | None] = mapped_column(ForeignKey("client_clocks.id"))
    """The clocks that dispatch was promised it by; none are the defaults."""
    area_id: Mapped[str | None] = mapped_column(ForeignKey("areas.id"), index=True)
    is_on_border: Mapped[bool] = mapped_column(default=False)
    lane: Mapped[Lane | None]
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"), index=True)
    accepted_by_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    accepted_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]
    """When everybody sent was clear of the scene: from then on it is a case, not a call."""
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    told_sealed: Mapped[Ciphertext] = mapped_column(Sealed)
    callback_fingerprint: Mapped[str | None] = mapped_column(String(64), index=True)
    callback_quarter: Mapped[str | None] = mapped_column(String(PERIOD_LENGTH))
    """By whose key that was made (`vault.callbacks`)."""

    client: Mapped[DispatchClient | None] = relationship()
    area: Mapped[Area | None] = relationship()
    team: Mapped[Team | None] = relationship()


class ReferralStateRow(Model):
    """One dated row for each change of state or owner; never changed after."""

    __tablename__ = "referral_states"
    __table_args__ = (Index("ix_referral_states_referral", "referral_id", "at"),)

    id: Mapped[Id]
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"))
    state: Mapped[State]
    custody: Mapped[Custody]
    at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(60))
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_label: Mapped[str] = mapped_column(String(120))


class ReferralMessage(Model):
    """A message from dispatch exactly as it came, sealed, with the answer we gave to it.

    The pair of client and message id is unique: the same message twice is one message. Client
    and key belong together, and one check of the database holds both to their rows.
    """

    __tablename__ = "referral_messages"
    __table_args__ = (
        UniqueConstraint("client_id", "message_id"),
        ForeignKeyConstraint(["signing_key_id", "client_id"], ["client_keys.id", "client_keys.client_id"]),
    )

    id: Mapped[Id]
    client_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    signing_key_id: Mapped[str] = mapped_column(String(ID_LENGTH), info={INSERTED_AS: _IF_KEY_HOLDS})
    """Found while key and client hold; else nothing, and the row is refused with all that go with it."""
    message_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[MessageKind]
    media_type: Mapped[str] = mapped_column(String(60))
    body_digest: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    referral_id: Mapped[str | None] = mapped_column(String(26), index=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    body_sealed: Mapped[Ciphertext] = mapped_column(Sealed)
    answer_status: Mapped[int]
    answer: Mapped[dict[str, Any]]


class IntakeCanary(Model):
    """A row written and read back the way a call is: proof that one could be kept at that moment."""

    __tablename__ = "intake_canaries"
    __table_args__ = (Index("ix_intake_canaries_process", "process", "at"),)

    id: Mapped[Id]
    process: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class IntakePause(Model):
    """An operator has said that we take no calls for a while, such as before a restart."""

    __tablename__ = "intake_pauses"

    id: Mapped[Id]
    since: Mapped[datetime]
    until: Mapped[datetime | None]

"""What a store holds of one client's calls, read from its tables when nothing runs any more."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Row, create_engine, select

from app.audit.models import AuditEntry
from app.delivery.models import DueTimer, OutboxMessage
from app.referrals.models import Referral, ReferralMessage, ReferralStateRow
from app.triage.models import Screening

Found = Row[Any]


@dataclass
class Rows:
    """By the id of the referral, or of the message, that they belong to."""

    referrals: dict[str, Found]
    everybodys: set[str]
    """The ids of all referrals, whoever offered them."""
    messages: dict[str, list[Found]]
    told: dict[str, list[Found]]
    """The messages once more, by referral."""
    states: dict[str, list[Found]]
    screenings: Counter[str]
    trail: Counter[tuple[str, str]]
    timers: dict[str, list[Found]]
    outbox: dict[str, list[Found]]


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """One look into the store, past the product's own connections."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def read_rows(url: str, client_id: str) -> Rows:
    """All rows of the calls that this client offered; what belongs to no call at all is there too."""
    with connected(url) as look:
        r, m, s, t, o = Referral, ReferralMessage, ReferralStateRow, DueTimer, OutboxMessage
        referrals = select(
            *(r.id, r.incident_id, r.version, r.kind, r.state, r.custody, r.reason),
            *(r.received_at, r.clock_due_at),
        ).where(r.client_id == client_id)
        messages = select(
            *(m.message_id, m.kind, m.body_digest, m.referral_id, m.answer_status, m.answer, m.received_at)
        ).where(m.client_id == client_id)
        states = select(s.referral_id, s.state, s.custody, s.at, s.reason).order_by(s.at, s.id)
        timers = select(t.subject_id, t.kind, t.due_at, t.done_at, t.cancelled_at).where(
            t.kind.like("referral.%")
        )
        outbox = select(
            *(o.id, o.subject_id, o.kind, o.created_at, o.sent_at, o.dead_at, o.attempt_count)
        ).where(o.kind.like("referral.%"))
        trail = select(AuditEntry.subject_id, AuditEntry.what).where(AuditEntry.subject_type == "referral")
        kept = look.execute(messages).all()
        return Rows(
            referrals={one.id: cast(Found, one) for one in look.execute(referrals)},
            everybodys=set(look.scalars(select(r.id))),
            messages=_grouped(kept, "message_id"),
            told=_grouped(kept, "referral_id"),
            states=_grouped(look.execute(states), "referral_id"),
            screenings=Counter(look.scalars(select(Screening.referral_id))),
            trail=Counter((one.subject_id, one.what.value) for one in look.execute(trail)),
            timers=_grouped(look.execute(timers), "subject_id"),
            outbox=_grouped(look.execute(outbox), "subject_id"),
        )


def _grouped(rows: Any, name: str) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found

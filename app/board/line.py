"""The line to dispatch: when it last spoke to us, and whether what we must tell it gets through."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.delivery.models import OutboxMessage
from app.delivery.queries import latest_beat
from app.foundation.db import db
from app.foundation.reader import as_machine
from app.referrals.models import Referral, ReferralMessage

BEAT_SECONDS = 30
STUCK_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Line:
    """The state of the line. It is down when our clocks stand still or dispatch does not take our word."""

    last_message_at: datetime | None
    last_call_at: datetime | None
    clocks_run: bool
    is_stuck: bool

    @property
    def is_up(self) -> bool:
        return self.clocks_run and not self.is_stuck


def read_line(now: datetime) -> Line:
    """How the line stands (four small queries, each by an index)."""
    newest = select(ReferralMessage.received_at).order_by(ReferralMessage.id.desc()).limit(1)
    beat = latest_beat(now)
    stuck = (
        select(OutboxMessage.id)
        .where(OutboxMessage.sent_at.is_(None), OutboxMessage.dead_at.is_(None))
        .where(OutboxMessage.attempt_count > 1, OutboxMessage.created_at < now - STUCK_AFTER)
    )
    with as_machine():  # when, not what
        last_message_at = db.session.scalar(newest)
    return Line(
        last_message_at=last_message_at,
        last_call_at=db.session.scalar(select(func.max(Referral.received_at))),
        clocks_run=beat is not None and (now - beat).total_seconds() <= BEAT_SECONDS,
        is_stuck=db.session.scalar(stuck.limit(1)) is not None,
    )

"""Reading who has shown a recovery code and waits for an admin."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.recovery_models import RecoveryRequest, RecoveryState
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of


def list_recoveries(now: datetime, number: int) -> Page[RecoveryRequest]:
    """A page of who waits or has a yes and has not gone on, the oldest first, with account (one query)."""
    is_open = RecoveryRequest.state.in_((RecoveryState.WAITING, RecoveryState.CONFIRMED))
    listed = select(RecoveryRequest).where(is_open, RecoveryRequest.expires_at > now)
    ordered = listed.order_by(RecoveryRequest.asked_at, RecoveryRequest.id)
    return page_of(ordered.options(joinedload(RecoveryRequest.account)), number)


def count_recoveries(now: datetime) -> int:
    """How many wait."""
    waits = RecoveryRequest.state == RecoveryState.WAITING, RecoveryRequest.expires_at > now
    return db.session.scalar(select(func.count()).select_from(RecoveryRequest).where(*waits)) or 0


def get_recovery(request_id: str) -> RecoveryRequest:
    """One of them by its id; else `NotFound`."""
    request = db.session.get(RecoveryRequest, request_id)
    if request is None:
        raise NotFound
    return request

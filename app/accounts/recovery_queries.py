"""Reading who has shown a recovery code and waits for an admin."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from app.accounts.recovery_models import RecoveryRequest, RecoveryState
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of


def list_recoveries(now: datetime, number: int) -> Page[RecoveryRequest]:
    """A page of who waits, the oldest first, with their account (one query)."""
    waiting = select(RecoveryRequest).where(*_waits(now)).options(joinedload(RecoveryRequest.account))
    return page_of(waiting.order_by(RecoveryRequest.asked_at, RecoveryRequest.id), number)


def count_recoveries(now: datetime) -> int:
    """How many wait."""
    return db.session.scalar(select(func.count()).select_from(RecoveryRequest).where(*_waits(now))) or 0


def get_recovery(request_id: str) -> RecoveryRequest:
    """One of them by its id; else `NotFound`."""
    request = db.session.get(RecoveryRequest, request_id)
    if request is None:
        raise NotFound
    return request


def _waits(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return RecoveryRequest.state == RecoveryState.WAITING, RecoveryRequest.expires_at > now

"""Reading legal holds."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of
from app.vault.hold_models import LegalHold

_WITH_PARTS = (selectinload(LegalHold.records), selectinload(LegalHold.steps))


def list_holds(number: int) -> Page[LegalHold]:
    """A page of all holds, the newest first (three queries). Ids sort by time."""
    return page_of(select(LegalHold).order_by(LegalHold.id.desc()).options(*_WITH_PARTS), number)


def get_hold(hold_id: str) -> LegalHold:
    """One hold, for an act whose door has checked the permission."""
    wanted = select(LegalHold).where(LegalHold.id == hold_id).options(*_WITH_PARTS)
    hold = db.session.scalars(wanted).one_or_none()
    if hold is None:
        raise NotFound
    return hold

"""Reading the trail: newest first, a page at a time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from sqlalchemy import Select, select

from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.people import ways_to_name
from app.foundation.office import LOS_ANGELES
from app.foundation.paging import Page, page_of

T = TypeVar("T")
PAGE_SIZE = 50


@dataclass(frozen=True)
class Wanted:
    """What an auditor looks for: one kind of act or look, one subject, one person, one day; or several."""

    what: What | None = None
    subject_id: str = ""
    actor_id: str = ""
    day: date | None = None

    @property
    def named(self) -> list[str]:
        """What it is narrowed by, as codes."""
        given = {"what": self.what, "subject": self.subject_id, "person": self.actor_id, "day": self.day}
        return [name for name, value in given.items() if value]


def list_entries(wanted: Wanted, number: int) -> Page[AuditEntry]:
    """A page of the trail, newest first (one query, by an index for each thing it is narrowed by)."""
    entries = select(AuditEntry)
    if wanted.what:
        entries = entries.where(AuditEntry.what == wanted.what)
    if wanted.subject_id:
        entries = entries.where(AuditEntry.subject_id.in_(ways_to_name(wanted.subject_id)))
    if wanted.actor_id:
        entries = entries.where(AuditEntry.actor_id.in_(ways_to_name(wanted.actor_id)))
    if wanted.day:
        entries = between(entries, wanted.day, wanted.day)
    return page_of(entries.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()), number, PAGE_SIZE)


def between(entries: Select[T], first: date, last: date) -> Select[T]:
    """Entries of these days, both with all their hours, as the city has them."""
    after = datetime.combine(first, time.min, LOS_ANGELES)
    before = datetime.combine(last + timedelta(days=1), time.min, LOS_ANGELES)
    return entries.where(AuditEntry.at >= after, AuditEntry.at < before)

"""Reading the trail: newest first, a page at a time."""

from dataclasses import dataclass

from sqlalchemy import select

from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation.paging import Page, page_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class Wanted:
    """What an auditor looks for: one kind of act or look, one subject, or both."""

    what: What | None = None
    subject_id: str = ""


def list_entries(wanted: Wanted, number: int) -> Page[AuditEntry]:
    """A page of the trail, newest first (one query). Ids sort by time."""
    entries = select(AuditEntry)
    if wanted.what:
        entries = entries.where(AuditEntry.what == wanted.what)
    if wanted.subject_id:
        entries = entries.where(AuditEntry.subject_id == wanted.subject_id)
    return page_of(entries.order_by(AuditEntry.id.desc()), number, PAGE_SIZE)

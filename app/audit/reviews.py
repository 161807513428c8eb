"""The weekly review of looks: the sample of a week, what was marked, and marking."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlalchemy import Select, func, select

from app.audit.catalogue import What
from app.audit.models import AuditEntry, LookMark, Verdict
from app.audit.queries import between
from app.audit.review_rules import LOOKS, draw
from app.audit.trail import Actor, ActorKind, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of_list
from app.vault.keyring import fingerprint

_AT_ONCE = 1_000
PAGE_SIZE = 25


@dataclass(frozen=True)
class Sampled:
    """One look of the sample, and what an auditor thought of it last."""

    entry: AuditEntry
    mark: LookMark | None


@dataclass(frozen=True)
class Sample:
    """The sample of a week: a page of it, how many looks it was drawn from, and how many are marked."""

    page: Page[Sampled]
    look_count: int
    drawn_count: int
    marked_count: int


def sample_of(monday: date, number: int) -> Sample:
    """The looks drawn of a week, a page at a time (five queries; the draw reads ids only)."""
    drawn, look_count = _draw(monday)
    page = page_of_list(drawn, number, PAGE_SIZE)
    wanted = select(AuditEntry).where(AuditEntry.id.in_(page.items)).order_by(AuditEntry.id)
    entries = {one.id: one for one in db.session.scalars(wanted)}
    marks = _newest_marks(drawn)
    items = [Sampled(entries[entry_id], marks.get(entry_id)) for entry_id in page.items]
    shown = Page(items, page.number, page.size, has_next=page.has_next)
    return Sample(shown, look_count, len(drawn), len(marks))


def get_sampled(entry_id: str, monday: date) -> Sampled:
    """One look of a week's sample; `NotFound` for any other."""
    if entry_id not in _draw(monday)[0]:
        raise NotFound
    return Sampled(db.session.get_one(AuditEntry, entry_id), _newest_marks([entry_id]).get(entry_id))


def mark(sampled: Sampled, verdict: Verdict, reason: str, *, actor: Actor) -> LookMark:
    """Keep what the auditor thinks of a look of the sample, and why."""
    made = LookMark(entry_id=sampled.entry.id, at=clock.now(), by_id=actor.id, verdict=verdict, reason=reason)
    db.session.add(made)
    db.session.flush()
    record(
        What.TRAIL_LOOK_MARKED,
        actor=actor,
        subject_type="trail_entry",
        subject_id=sampled.entry.id,
        verdict=verdict.value,
    )
    return made


def _draw(monday: date) -> tuple[list[str], int]:
    """The ids that come before the auditor, and how many looks there are (three queries)."""
    looks = _looks_of(monday)
    count = db.session.scalar(select(func.count()).select_from(looks.subquery())) or 0
    with closing(db.session.scalars(looks.execution_options(yield_per=_AT_ONCE))) as ids:
        drawn = draw(ids, count, partial(_lot, monday))
    return [*db.session.scalars(_too_often(monday)), *drawn], count


def _too_often(monday: date) -> Select[str]:
    """The emergency openings of a week by whoever had too many: all of them, not by lot."""
    agreed = select(AuditEntry.id).where(
        AuditEntry.what == What.EMERGENCY_AGREED, AuditEntry.facts["openings"].as_integer().is_not(None)
    )
    return between(agreed, monday, monday + timedelta(days=6)).order_by(AuditEntry.id)


def _looks_of(monday: date) -> Select[str]:
    of_people = select(AuditEntry.id).where(
        AuditEntry.what.in_(LOOKS), AuditEntry.actor_kind == ActorKind.PERSON.value
    )
    return between(of_people, monday, monday + timedelta(days=6))


def _lot(monday: date, entry_id: str) -> str:
    return fingerprint("trail review", f"{monday.isoformat()}|{entry_id}")


def _newest_marks(entry_ids: Sequence[str]) -> dict[str, LookMark]:
    marks = select(LookMark).where(LookMark.entry_id.in_(entry_ids)).order_by(LookMark.at, LookMark.id)
    return {one.entry_id: one for one in db.session.scalars(marks)}

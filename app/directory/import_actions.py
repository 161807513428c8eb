"""Taking a directory in: the same rows again change nothing, by the publisher's ids."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.directory import models
from app.directory.hsds_files import read_directory
from app.directory.hsds_nested import spread_out
from app.directory.hsds_rows import Note, Values, take_rows
from app.directory.search_words import search_words
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id

CHUNK = 500
Progress = Callable[[str, int, int], None]

MODELS: dict[str, Any] = {
    "organizations": models.ServiceOrganization,
    "services": models.Service,
    "locations": models.ServiceLocation,
    "service_at_locations": models.ServiceAtLocation,
    "phones": models.ServicePhone,
    "service_capacities": models.ServiceCapacity,
}


@dataclass
class ImportReport:
    """What came of an import: rows new, changed since last time, or the same; and every note."""

    new: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    notes: list[Note] = field(default_factory=list)
    left_out_column_count: int = 0

    def refused(self, table: str | None = None) -> int:
        """Rows refused, of one table or of all."""
        return len(
            {
                (note.table, note.row)
                for note in self.notes
                if note.deed == "refused" and table in (None, note.table)
            }
        )


def import_hsds(path: Path, *, actor: Actor, progress: Progress) -> ImportReport:
    """Take a directory in, in the open transaction: all of what is good, nothing of what is not."""
    raw = read_directory(path)
    taken = take_rows(spread_out(raw), _known_ids())
    report = ImportReport(notes=taken.notes, left_out_column_count=len(raw.left_out_columns))
    for table, model in MODELS.items():
        _write(table, model, taken.rows.get(table, {}), report, progress)
    _keep_run(report, actor)
    return report


def _known_ids() -> dict[str, set[str]]:
    return {
        table: set(db.session.scalars(select(MODELS[table].id)))
        for table in ("organizations", "services", "locations")
    }


def _write(table: str, model: Any, rows: dict[str, Values], report: ImportReport, progress: Progress) -> None:
    done = 0
    names = _organization_names() if table == "services" else {}
    for chunk in _chunks(list(rows)):
        found = {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(chunk)))}
        for row_id in chunk:
            values = rows[row_id]
            if table == "services":
                words = search_words(values, names[values["service_organization_id"]])
                values = {**values, "search_words": words}
            _write_one(table, model, found.get(row_id), row_id, values, report)
        db.session.flush()  # the next table refers to these rows
        done += len(chunk)
        progress(table, done, len(rows))


def _write_one(
    table: str, model: Any, existing: Any, row_id: str, values: Values, report: ImportReport
) -> None:
    if existing is None:
        db.session.add(model(id=row_id, **values))
        report.new[table] += 1
        return
    changed = {name: value for name, value in values.items() if getattr(existing, name) != value}
    for name, value in changed.items():
        setattr(existing, name, value)
    (report.updated if changed else report.same)[table] += 1


def _organization_names() -> dict[str, str]:
    rows = db.session.execute(select(models.ServiceOrganization.id, models.ServiceOrganization.name))
    return {row.id: row.name for row in rows}


def _keep_run(report: ImportReport, actor: Actor) -> None:
    changed = sum(note.deed == "changed" for note in report.notes)
    run = models.ImportRun(
        id=new_id(),
        at=clock.now(),
        taken_count=sum((report.new + report.updated + report.same).values()),
        changed_count=changed,
        refused_count=report.refused(),
        left_out_column_count=report.left_out_column_count,
    )
    db.session.add(run)
    record(
        What.DIRECTORY_IMPORTED,
        actor=actor,
        subject_type="directory_import",
        subject_id=run.id,
        taken=run.taken_count,
        refused=run.refused_count,
    )


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]

"""Operators' commands for the directory: take one in, give ours away, say who answers for it."""

import json
from itertools import groupby
from pathlib import Path

import click

from app.audit.trail import SYSTEM
from app.directory.actions import answer_for
from app.directory.hsds_export import export_directory
from app.directory.hsds_rows import Note
from app.directory.import_actions import MODELS, ImportReport, import_hsds
from app.foundation.db import db, only_reads
from app.foundation.errors import DomainError
from app.foundation.operators import OperatorGroup

directory_group = OperatorGroup("directory", help="County and community services (Open Referral HSDS).")


@directory_group.command("import-hsds")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def import_command(path: Path) -> None:
    """Take in a folder or zip of CSV tables, or HSDS 3 JSON. All or nothing; again changes nothing."""
    try:
        report = import_hsds(path, actor=SYSTEM, progress=_show_progress)
        db.session.commit()
    except DomainError as problem:
        db.session.rollback()
        raise click.ClickException(str(problem)) from None
    for line in report_lines(report):
        click.echo(line)


@directory_group.command("export-hsds")
@click.argument("path", type=click.Path(path_type=Path))
def export_command(path: Path) -> None:
    """Write all we hold as HSDS 3.1 JSON: organizations, services and locations in a folder."""
    token = only_reads.set(True)  # nobody waits for us to write
    try:
        tables = export_directory()
    finally:
        db.session.rollback()
        only_reads.reset(token)
    path.mkdir(parents=True, exist_ok=True)
    for name, items in tables.items():
        text = json.dumps(items, ensure_ascii=False, indent=1)
        (path / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        click.echo(f"{name}: {len(items)}")


@directory_group.command("answer-for")
@click.argument("service_organization_id")
@click.argument("organization_id")
def answer_for_command(service_organization_id: str, organization_id: str) -> None:
    """Let the accounts of a partner answer for the services of a listed organization."""
    try:
        answer_for(service_organization_id, organization_id, actor=SYSTEM)
        db.session.commit()
    except DomainError as problem:
        db.session.rollback()
        raise click.ClickException(str(problem)) from None
    click.echo("Linked.")


def _show_progress(table: str, done: int, of: int) -> None:
    click.echo(f"{table}: {done} of {of}", err=True)


def report_lines(report: ImportReport) -> list[str]:
    """The report in lines: what was taken, what was changed or refused, by row and field."""
    lines = [
        f"{table}: {report.new[table]} new, {report.updated[table]} changed, {report.same[table]} the same,"
        f" {report.refused(table)} refused"
        for table in MODELS
        if any((report.new[table], report.updated[table], report.same[table], report.refused(table)))
    ]
    if report.left_out_column_count:
        lines.append(f"Columns left out because they ask what is never kept: {report.left_out_column_count}")
    order = sorted(report.notes, key=lambda note: (note.deed, note.table, note.field, note.why, note.row))
    for key, notes in groupby(order, key=lambda note: (note.deed, note.table, note.field, note.why)):
        lines.append(_line_of(key, list(notes)))
    return lines


def _line_of(key: tuple[str, str, str, str], notes: list[Note]) -> str:
    deed, table, field, why = key
    rows = row_ranges(sorted({note.row for note in notes}))
    return f"{deed}: {table}{' ' + field if field else ''}: {why} ({len(notes)}): row {rows}"


def row_ranges(rows: list[int]) -> str:
    """`2-5, 9`: rows said shortly."""
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)

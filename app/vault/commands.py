"""Operators' commands for what is destroyed, and for backups that do not bring it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from cryptography.exceptions import InvalidTag
from flask import current_app

from app.audit.trail import SYSTEM
from app.foundation import clock
from app.foundation.db import db
from app.foundation.operators import OperatorGroup
from app.foundation.sealed_files import BadFile
from app.foundation.settings import Settings
from app.foundation.snapshots import BackupFailed
from app.vault import backup, drill_commands, erasures, period_keys, rotation, row_commands, sweep
from app.vault.ledger import LedgerBroken

vault_group = OperatorGroup("vault", help="Retention, destruction that stays, backups.")
_FILE = click.Path(dir_okay=False, path_type=Path)


@vault_group.command("sweep")
@click.option("--dry-run", is_flag=True, help="Only count what is due.")
def sweep_command(*, dry_run: bool) -> None:
    """Destroy what is due by the retention table, as the worker does each hour."""
    counts = sweep.count_due(clock.now()) if dry_run else sweep.sweep(clock.now())
    for kind, count in sorted(counts.items()):
        click.echo(f"{kind}: {count}")
    click.echo(f"{counts.total()} {'due' if dry_run else 'destroyed'}.")


@vault_group.command("rotate")
def rotate_command() -> None:
    """Wrap every data key anew by the KEY_ENCRYPTION_KEY of now; safe to stop and to run again."""
    done = 0
    try:
        while count := rotation.rotate_batch(actor=SYSTEM):
            db.session.commit()
            done += count
    except InvalidTag:
        db.session.rollback()
        raise click.ClickException(
            f"Wrapped anew: {done}. Another key wrapped the rest: name it in OLD_KEY_ENCRYPTION_KEYS."
        ) from None
    if left := rotation.count_stale():
        raise click.ClickException(f"Wrapped anew: {done}. Held by others: {left}. Run this again.")
    click.echo(f"Wrapped anew: {done}. The old key can go.")


def check_keys() -> str:
    """For the doctor: one line when every data key opens; else a `ClickException`."""
    if lost := rotation.count_lost():
        raise click.ClickException(
            f"{lost} data keys were wrapped by a key that was not given: OLD_KEY_ENCRYPTION_KEYS."
        )
    stale, now = rotation.count_stale(), clock.now()
    if not period_keys.is_ready(now):
        click.echo("Keys of this quarter and month: not made yet. A worker makes them at its first beat.")
    return f"Data keys: all open, {stale} wrapped by an older key (flask vault rotate)."


@vault_group.command("reapply")
def reapply_command() -> None:
    """Destroy again what the ledger says is destroyed: at every start, and after every restore."""
    try:
        count = erasures.reapply()
        has_lost_lines = erasures.compare().has_lost_lines
    except LedgerBroken as problem:
        raise click.ClickException(f"{problem} Put back an unharmed copy of the ledger.") from None
    if has_lost_lines:
        raise click.ClickException(_LOST)
    click.echo(f"The ledger holds. Destroyed again: {count}.")


_LOST = (
    "The database knows of erasures that the ledger does not: it is an older copy, or ERASURE_LEDGER"
    " names another file. Put the newest one back."
)


def check_erasures() -> str:
    """For the doctor: one line when all that was destroyed is; else a `ClickException`."""
    try:
        standing = erasures.compare()
    except LedgerBroken as problem:
        raise click.ClickException(str(problem)) from None
    if standing.has_lost_lines:
        raise click.ClickException(_LOST)
    if standing.alive_ids:
        raise click.ClickException(
            f"{len(standing.alive_ids)} destroyed keys are alive, as after a restore: flask vault reapply."
        )
    return f"Ledger of erasures: {standing.line_count} lines, all obeyed."


@vault_group.command("backup")
@click.argument("file", type=_FILE)
def backup_command(file: Path) -> None:
    """Write FILE and FILE.keys while everybody works on. Keep the two apart."""
    settings, head = _settings(), _newest_migration()
    if MigrationContext.configure(db.session.connection()).get_current_revision() != head:
        raise click.ClickException("The database is not at the newest migration: flask db upgrade.")
    with _told_plainly():
        states = backup.back_up(file, key=_backup_key(settings), head=head, folder=settings.instance_path)
    rows = sum(state["rows"] for state in states.values())
    click.echo(f"{rows} rows of {len(states)} tables, and the keys apart in {backup.keys_file(file).name}.")


@vault_group.command("restore")
@click.argument("file", type=_FILE)
@click.option("--without-keys", is_flag=True, help="FILE.keys is gone: every sealed field is lost for good.")
def restore_command(file: Path, *, without_keys: bool) -> None:
    """Fill an empty database from FILE and FILE.keys, prove it, and destroy again what was destroyed."""
    settings = _settings()
    with _told_plainly():
        found = backup.restore(
            file,
            key=_backup_key(settings),
            head=_newest_migration(),
            folder=settings.instance_path,
            with_keys=not without_keys,
        )
    click.echo(f"{found.rows} rows, each as it was backed up. The chain of the trail holds.")
    click.echo(f"Destroyed again: {found.destroyed_again}.")
    if not found.has_keys:
        click.echo("Without keys: nothing that was sealed can be read any more.")


@vault_group.command("prune-backups")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def prune_command(folder: Path) -> None:
    """Delete the backups in FOLDER whose time is over: keys after 7 days, the others after 35."""
    gone = backup.prune(folder, clock.now())
    for name in gone:
        click.echo(f"deleted {name}")
    click.echo(f"{len(gone)} deleted.")


vault_group.add_command(drill_commands.drill_command)
vault_group.add_command(row_commands.guard_command)


@contextmanager
def _told_plainly() -> Iterator[None]:
    """An operator reads what went wrong, not where in the code."""
    try:
        yield
    except (BadFile, BackupFailed, LedgerBroken) as problem:
        raise click.ClickException(str(problem)) from None
    except FileNotFoundError as problem:
        raise click.ClickException(f"There is no {Path(problem.filename or '').name}.") from None


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _backup_key(settings: Settings) -> bytes:
    if settings.backup_key is None:
        raise click.ClickException("BACKUP_KEY is not set.")
    return settings.backup_key


def _newest_migration() -> str:
    config = current_app.extensions["migrate"].migrate.get_config()
    return str(ScriptDirectory.from_config(config).get_current_head())

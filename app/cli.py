"""Door: operators' commands, each in the package that it is about."""

from functools import partial

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import text

from app.accounts.commands import accounts_group, check_passkeys
from app.accounts.key_commands import check_key_ages
from app.audit.commands import audit_group, say_standing
from app.delivery.commands import delivery_group
from app.delivery.queries import count_undelivered
from app.demo.commands import demo_group
from app.demo.keys import FILE_NAME, DispatchKeys
from app.directory.commands import directory_group
from app.foundation import clock
from app.foundation.db import db
from app.foundation.reader import as_machine
from app.places.commands import places_group
from app.referrals.commands import referrals_group
from app.triage.commands import triage_group
from app.triage.policies import active_policy
from app.triage.policy_documents import BadPolicy
from app.vault.commands import check_erasures, check_keys, vault_group
from app.vault.row_commands import check_rows
from app.worker import run_worker


@click.command("worker")
@with_appcontext
def worker_command() -> None:
    """Ring clocks and deliver messages until stopped."""
    run_worker()


@click.command("doctor")
@with_appcontext
def doctor_command() -> None:
    """Check that settings and database are fit to serve; says what is not (then exit 1)."""
    settings = current_app.extensions["settings"]
    db.session.execute(text("SELECT 1"))
    click.echo("Settings: complete. Database: answers.")
    if not is_migrated():
        raise click.ClickException("The database is not at the newest migration: flask db upgrade.")
    with as_machine():
        click.echo(check_erasures())
        click.echo(check_keys())
        click.echo(check_passkeys())
        click.echo(check_key_ages(clock.now()))
    if rows := check_rows():
        click.echo(rows)
    if not settings.secure_cookies and not settings.is_demo:
        raise click.ClickException("SECURE_COOKIES is off: sign-in must not travel without TLS.")
    try:
        click.echo(f"Policy: {active_policy().version}, read.")
    except BadPolicy as problem:
        raise click.ClickException(
            "The policy in force cannot be read, so every call goes back. Go back to another at /policy. "
            f"{problem}"
        ) from None
    say_standing()
    if count := count_undelivered():
        click.echo(f"Messages given up on: {count}. A person sends them again at /delivery/undelivered.")


def is_migrated() -> bool:
    """Whether the database stands at the newest migration, and at no other."""
    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    applied = MigrationContext.configure(db.session.connection()).get_current_heads()
    return set(applied) == set(scripts.get_heads())


def kept_by_demo(name: str) -> str | None:
    """What the demo's dispatch keeps under this name; None where there is no demo, or nothing loaded."""
    settings = current_app.extensions["settings"]
    if not settings.is_demo:
        return None
    try:
        return str(getattr(DispatchKeys.read(settings.instance_path / FILE_NAME), name))
    except OSError:
        return None


def prepare_commands(app: Flask) -> None:
    """Hang the commands into the app. In a demo a replay is signed as the demo's dispatch signs."""
    referrals_group.context_settings["default_map"] = {
        "replay": {name: partial(kept_by_demo, name) for name in ("client_id", "secret")}
    }
    for command in (
        accounts_group,
        places_group,
        triage_group,
        referrals_group,
        directory_group,
        audit_group,
        delivery_group,
        vault_group,
        demo_group,
        worker_command,
        doctor_command,
    ):
        app.cli.add_command(command)

"""Door: operators' commands, each in the package that it is about."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import text

from app.accounts.commands import accounts_group
from app.audit.commands import audit_group
from app.demo.commands import demo_group
from app.directory.commands import directory_group
from app.foundation.db import db
from app.places.commands import places_group
from app.referrals.commands import referrals_group
from app.triage.commands import triage_group
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
    if not settings.secure_cookies and not settings.is_demo:
        raise click.ClickException("SECURE_COOKIES is off: sign-in must not travel without TLS.")


def prepare_commands(app: Flask) -> None:
    """Hang the commands into the app."""
    for command in (
        accounts_group,
        places_group,
        triage_group,
        referrals_group,
        directory_group,
        audit_group,
        demo_group,
        worker_command,
        doctor_command,
    ):
        app.cli.add_command(command)

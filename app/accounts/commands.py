"""Operators' commands for accounts and keys."""

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from app.accounts import client_commands, clock_commands
from app.accounts.actions import create_account
from app.accounts.permissions import Role
from app.audit.trail import SYSTEM
from app.foundation.db import db

accounts_group = AppGroup("accounts", help="People and machines that sign in.")
PEOPLE = [role.value for role in Role if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT)]


@accounts_group.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice(PEOPLE))
@click.password_option()
def create_command(email: str, name: str, role: str, password: str) -> None:
    """Make an account for a person, such as the first admin."""
    try:
        create_account(email=email, name=name, role=Role(role), password=password, actor=SYSTEM)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise click.ClickException("Somebody has this e-mail already.") from None
    click.echo(f"Made an account with the role {role}.")


for command in (
    client_commands.create_client_command,
    client_commands.add_key_command,
    client_commands.revoke_key_command,
    client_commands.revoke_client_command,
    client_commands.list_clients_command,
    clock_commands.set_clocks_command,
):
    accounts_group.add_command(command)

"""Operators' commands for accounts and keys."""

import click
from flask import current_app
from sqlalchemy.exc import IntegrityError

from app.accounts import client_commands, clock_commands
from app.accounts.grant_actions import EnoughAdmins, invite_first_admin
from app.accounts.permissions import Role
from app.foundation.db import db
from app.foundation.operators import OperatorGroup

accounts_group = OperatorGroup("accounts", help="People and machines that sign in.")


@accounts_group.command("invite")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([Role.ADMIN.value]))
def invite_command(email: str, name: str, role: str) -> None:
    """Invite an admin, while there are not two; from then on they add people, two together.

    Prints the link once. Hand it over by hand or by telephone; it holds 72 hours.
    """
    try:
        _account, secret = invite_first_admin(email=email, name=name)
        db.session.commit()
    except (IntegrityError, EnoughAdmins) as problem:
        db.session.rollback()
        taken = "Somebody has this e-mail already."
        raise click.ClickException(taken if isinstance(problem, IntegrityError) else str(problem)) from None
    click.echo(f"{current_app.extensions['settings'].public_url}/invitation#{secret}")


for command in (
    client_commands.create_client_command,
    client_commands.add_key_command,
    client_commands.revoke_key_command,
    client_commands.revoke_client_command,
    client_commands.list_clients_command,
    clock_commands.set_clocks_command,
):
    accounts_group.add_command(command)

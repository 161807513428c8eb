"""Operators' commands for accounts and keys."""

import json

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from app.accounts.actions import create_account, create_client
from app.accounts.permissions import Role
from app.audit.trail import SYSTEM
from app.delivery.addresses import BadAddress, network_of
from app.foundation.db import db

accounts_group = AppGroup("accounts", help="People and machines that sign in.")
PEOPLE = [role.value for role in Role if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT)]


@accounts_group.command("create-client")
@click.option("--agency", required=True, help="The centre, as its domain name.")
@click.option("--purpose", required=True, type=click.Choice(["dispatch"]), help="What the key is for.")
@click.option("--callback-url", default=None, help="Where we send what becomes of its calls.")
@click.option("--private-network", is_flag=True, help="That address is in a private network.")
def create_client_command(
    agency: str, purpose: str, callback_url: str | None, *, private_network: bool
) -> None:
    """Register a dispatch system. Prints its id and its secrets once."""
    is_demo = current_app.extensions["settings"].is_demo
    network = network_of(callback_url or "", is_private=private_network, is_demo=is_demo)
    try:
        made = create_client(
            agency=agency, purpose=purpose, callback_url=callback_url, network=network, actor=SYSTEM
        )
    except BadAddress as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from None
    printed = {"client_id": made.client.id, "secret": made.secret}
    if made.callback_secret:
        printed["callback_secret"] = made.callback_secret
    db.session.commit()
    click.echo(json.dumps(printed))


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

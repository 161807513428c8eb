"""Operators' commands for accounts and keys."""

import click
from flask import current_app
from sqlalchemy.exc import IntegrityError

from app.accounts import client_commands, clock_commands
from app.accounts.grant_actions import EnoughAdmins, invite_first_admin
from app.accounts.passkey_seals import list_broken, seal_all, were_sealed
from app.accounts.permissions import Role
from app.accounts.queries import find_account
from app.accounts.recovery_actions import confirm_by_operator
from app.audit.trail import SYSTEM
from app.foundation.db import db
from app.foundation.errors import DomainError, NotFound
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


@accounts_group.command("seal-passkeys")
def seal_passkeys_command() -> None:
    """Seal the passkeys from before there were seals, once; later it only says how they stand."""
    if not were_sealed():
        count = seal_all(actor=SYSTEM)
        db.session.commit()
        click.echo(f"Passkeys sealed: {count}. From now on one without a seal signs nobody in.")
    click.echo(check_passkeys())


@accounts_group.command("confirm-recovery")
@click.option("--email", required=True, help="Of the person who showed a recovery code.")
@click.option("--number", required=True, help="The digits on their screen, as they read them to you.")
def confirm_recovery_command(email: str, number: str) -> None:
    """Let somebody who has lost their passkey go on, where there is no other admin to do it.

    Only after speaking to them: you say that it is them.
    """
    account = find_account(email)
    try:
        if account is None:
            raise NotFound
        confirm_by_operator(account, number)
    except DomainError as refusal:
        db.session.commit()  # a wrong number counts
        raise click.ClickException(str(refusal)) from None
    db.session.commit()
    click.echo(f"Confirmed. {account.name} goes on at their own screen.")


def check_passkeys() -> str:
    """For the doctor: one line when every passkey is as we made it; else what to do."""
    broken = list_broken()
    if not broken:
        return "Passkeys: each as it was made."
    if not were_sealed():
        return "Passkeys: not sealed yet, they sign nobody in. Run flask accounts seal-passkeys."
    whose = ", ".join(sorted({passkey.account_id for passkey in broken}))
    return (
        f"Passkeys: {len(broken)} were changed or put into the database by somebody. They sign nobody in."
        f" Accounts: {whose}. Ask each person, and see the trail."
    )


for command in (
    client_commands.create_client_command,
    client_commands.add_key_command,
    client_commands.revoke_key_command,
    client_commands.revoke_client_command,
    client_commands.list_clients_command,
    clock_commands.set_clocks_command,
):
    accounts_group.add_command(command)

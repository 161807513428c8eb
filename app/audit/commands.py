"""Operators' commands for the trail."""

import click
from flask.cli import AppGroup

from app.audit import chain

audit_group = AppGroup("audit", help="The trail of who did and saw what.")


@audit_group.command("verify")
@click.pass_context
def verify_command(context: click.Context) -> None:
    """Walk the chain and say where it breaks, if it does (then exit 1)."""
    found = chain.verify()
    click.echo(f"{found.linked_count} entries linked, {found.waiting_count} not linked yet.")
    if found.broken_at is not None:
        click.echo(f"The chain breaks at position {found.broken_at}.", err=True)
        context.exit(1)
    click.echo("The chain holds.")

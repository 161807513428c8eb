"""Operators' commands for where messages go."""

import json

import click
from flask import current_app
from flask.cli import AppGroup

from app.audit.trail import SYSTEM
from app.delivery.actions import register_watch
from app.delivery.addresses import BadAddress, network_of
from app.foundation.db import db

delivery_group = AppGroup("delivery", help="Messages that leave, and where they go.")


@delivery_group.command("register-watch")
@click.option("--url", required=True, help="Where a page is sent, as a signed webhook.")
@click.option("--name", required=True, help="What staff call it.")
@click.option("--private-network", is_flag=True, help="That address is in a private network.")
def register_watch_command(url: str, name: str, *, private_network: bool) -> None:
    """Register where the office's watch is paged. Prints its id and its secret once."""
    is_demo = current_app.extensions["settings"].is_demo
    network = network_of(url, is_private=private_network, is_demo=is_demo)
    try:
        watch, secret = register_watch(name, url, network=network, actor=SYSTEM)
    except BadAddress as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from None
    printed = {"destination_id": watch.id, "secret": secret}
    db.session.commit()
    click.echo(json.dumps(printed))

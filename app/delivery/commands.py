"""Operators' commands for what we send: where it goes, and the keys it is signed with."""

import json
from datetime import timedelta

import click
from flask import current_app

from app.audit.trail import SYSTEM
from app.delivery.actions import register_watch
from app.delivery.addresses import BadAddress, network_of
from app.delivery.destinations import OVERLAP, get_destination, rotate_key_pair, rotate_secret
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.operators import OperatorGroup

delivery_group = OperatorGroup("delivery", help="Messages that we send.")


@delivery_group.command("rotate-secret")
@click.argument("destination_id")
@click.option("--key-pair", is_flag=True, help="A key pair of ours (v1a); its owner gets the public key.")
@click.option(
    "--overlap-hours",
    type=click.IntRange(0, 24 * 90),
    default=OVERLAP // timedelta(hours=1),
    show_default=True,
    help="How long the old key signs too. 0 when it leaked.",
)
def rotate_secret_command(destination_id: str, *, key_pair: bool, overlap_hours: int) -> None:
    """Sign what goes to a destination with a new key. Prints it once, for the destination's owner."""
    overlap = timedelta(hours=overlap_hours)
    try:
        destination = get_destination(destination_id)
    except NotFound:
        raise click.ClickException("There is no such destination: flask accounts list-clients.") from None
    if key_pair:
        printed = {"public_key": rotate_key_pair(destination, actor=SYSTEM, overlap=overlap)}
    else:
        printed = {"callback_secret": rotate_secret(destination, actor=SYSTEM, overlap=overlap)}
    db.session.commit()
    click.echo(json.dumps({"destination_id": destination_id} | printed))


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

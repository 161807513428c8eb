"""Operators' commands for dispatch's systems and the keys they sign with.

A secret is printed once, by the command that made it, and by no other.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec

import click
from flask import current_app

from app.accounts.actions import create_client
from app.accounts.key_actions import add_key, revoke_client, revoke_key
from app.accounts.models import ClientKey, DispatchClient
from app.accounts.purposes import Purpose
from app.accounts.queries import get_client, get_key, list_clients
from app.audit.catalogue import What
from app.audit.trail import SYSTEM, record
from app.delivery.addresses import network_of
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError

P = ParamSpec("P")
PURPOSES = [purpose.value for purpose in Purpose]
public_key_option = click.option(
    "--public-key", default=None, help="The system's own ed25519 key (whpk_…), instead of a secret."
)


def kept(command: Callable[P, object]) -> Callable[P, None]:
    """Commit what a command did, then print what it gives; what the rules refuse is said."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            printed = command(*args, **kwargs)
            db.session.commit()
        except DomainError as refusal:
            db.session.rollback()
            raise click.ClickException(str(refusal)) from None
        click.echo(json.dumps(printed))

    return run


@click.command("create-client")
@click.option("--agency", required=True, help="The centre, as its domain name.")
@click.option("--purpose", required=True, type=click.Choice(PURPOSES), help="What the key is for.")
@click.option("--callback-url", default=None, help="Where we send what becomes of its calls.")
@click.option("--private-network", is_flag=True, help="That address is in a private network.")
@public_key_option
@kept
def create_client_command(
    agency: str, purpose: str, callback_url: str | None, public_key: str | None, *, private_network: bool
) -> dict[str, str]:
    """Register a dispatch system. Prints its id and its secrets once."""
    is_demo = current_app.extensions["settings"].is_demo
    made = create_client(
        agency=agency,
        purpose=purpose,
        callback_url=callback_url,
        public_key=public_key,
        network=network_of(callback_url or "", is_private=private_network, is_demo=is_demo),
        actor=SYSTEM,
    )
    printed = {"client_id": made.client.id}
    if made.secret:
        printed["secret"] = made.secret
    if made.callback_secret:
        printed["callback_secret"] = made.callback_secret
    return printed


@click.command("add-key")
@click.option("--client", "client_id", required=True, help="Whose key it will be.")
@click.option(
    "--days", type=click.IntRange(1, 3650), default=None, help="For so many days; else until revoked."
)
@public_key_option
@kept
def add_key_command(client_id: str, days: int | None, public_key: str | None) -> dict[str, str]:
    """Give a system another key beside those it has. Prints the key's id, and its secret once."""
    expires_at = clock.now() + timedelta(days=days) if days else None
    key, secret = add_key(get_client(client_id), public_key=public_key, expires_at=expires_at, actor=SYSTEM)
    return {"key_id": key.id} | ({"secret": secret} if secret else {})


@click.command("revoke-key")
@click.argument("key_id")
@kept
def revoke_key_command(key_id: str) -> dict[str, Any]:
    """Take a key back. From now on nothing that is signed with it is kept."""
    key = get_key(key_id)
    revoke_key(key, actor=SYSTEM)
    return _key_in_words(key)


@click.command("revoke-client")
@click.argument("client_id")
@kept
def revoke_client_command(client_id: str) -> dict[str, Any]:
    """Take a system off for good, with every key it has."""
    client = get_client(client_id)
    revoke_client(client, actor=SYSTEM)
    return _client_in_words(client)


@click.command("list-clients")
@click.option("--page", type=click.IntRange(min=1), default=1, help="Which page of the list.")
def list_clients_command(page: int) -> None:
    """Every system with its keys, one line of JSON each. Never a secret."""
    found = list_clients(page)
    lines = [json.dumps(_client_in_words(client)) for client in found.items]
    record(What.CLIENTS_LISTED, actor=SYSTEM, subject_type="client", subject_id="list")
    db.session.commit()
    for line in lines:
        click.echo(line)
    if found.has_next:
        click.echo(f"More: --page {page + 1}", err=True)


def _client_in_words(client: DispatchClient) -> dict[str, Any]:
    return {
        "client_id": client.id,
        "agency": client.agency,
        "purpose": client.purpose.value,
        "destination_id": client.destination_id,
        "created_at": _moment(client.created_at),
        "revoked_at": _moment(client.revoked_at),
        "keys": [_key_in_words(key) for key in client.keys],
    }


def _key_in_words(key: ClientKey) -> dict[str, Any]:
    return {
        "key_id": key.id,
        "algorithm": key.algorithm.value,
        "created_at": _moment(key.created_at),
        "expires_at": _moment(key.expires_at),
        "revoked_at": _moment(key.revoked_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None

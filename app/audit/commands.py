"""Operators' commands for the trail: verify it, and see to its outside witness."""

import base64
import json
import secrets
from pathlib import Path

import click
from flask import current_app

from app.audit import chain, witness
from app.audit.checkpoints import Signer, read_public_key
from app.audit.guarding import is_protected, protect
from app.audit.trail import SYSTEM
from app.audit.verification import Report, verify_all
from app.delivery.addresses import BadAddress, network_of
from app.foundation import clock
from app.foundation.db import db, reading
from app.foundation.office import agency_id
from app.foundation.operators import OperatorGroup
from app.foundation.owner import owner_engine

audit_group = OperatorGroup("audit", help="The trail of who did and saw what, and its outside witness.")


def signer() -> Signer:
    """The office's witness key, from the settings."""
    return Signer.of(current_app.extensions["settings"].witness_key, agency_id())


@audit_group.command("verify")
@click.option(
    "--witness", "file", type=click.Path(path_type=Path), help="The witness's file; else WITNESS_FILE."
)
@click.option(
    "--public-key", help="The office's public key, written down elsewhere; else that of WITNESS_KEY."
)
@click.pass_context
def verify_command(context: click.Context, file: Path | None, public_key: str | None) -> None:
    """Say whether anybody changed the trail. Exit 1: where and what. Exit 2: the witness cannot be read."""
    file = file or current_app.extensions["settings"].witness_file
    try:
        key = read_public_key(public_key) if public_key else signer().public_key
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--public-key") from None
    with reading():
        report = verify_all(key, file)
        unlinked_since = chain.oldest_waiting()
    click.echo(f"{report.linked_count} entries linked, {report.waiting_count} not linked yet.")
    if unlinked_since:
        age = (clock.now() - unlinked_since).total_seconds()
        click.echo(f"The oldest that is not linked yet is {age:.0f} s old: nothing protects it until it is.")
    _say(report, has_witness=file is not None)
    if report.damages:
        context.exit(1)
    if report.unknown:
        context.exit(2)


def _say(report: Report, *, has_witness: bool) -> None:
    for damage in report.damages:
        click.echo(f"The trail does not hold. {damage}", err=True)
    if report.unknown:
        click.echo(f"Not known: the witness cannot be read. {report.unknown}", err=True)
    if report.damages or report.unknown:
        return
    held = f"{report.checkpoint_count} checkpoints hold, up to position {report.covered}"
    if has_witness:
        click.echo(f"The trail holds. {held}; the witness has {report.witnessed_count} of them.")
    else:
        click.echo(f"The trail holds. {held}. No outside witness was asked, so a trail that was written")
        click.echo("anew with the signing key, or cut off with its checkpoints, would look the same.")


@audit_group.command("register-witness")
@click.option("--url", required=True, help="Where each checkpoint is sent, as a signed webhook.")
@click.option("--name", required=True, help="What staff call it.")
@click.option("--private-network", is_flag=True, help="That address is in a private network.")
def register_witness_command(url: str, name: str, *, private_network: bool) -> None:
    """Have checkpoints sent to somebody outside. Prints their id, their secret and our public key once."""
    is_demo = current_app.extensions["settings"].is_demo
    network = network_of(url, is_private=private_network, is_demo=is_demo)
    try:
        made, secret = witness.register_witness(name, url, network=network, actor=SYSTEM)
    except BadAddress as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from None
    printed = {"destination_id": made.id, "secret": secret, "public_key": signer().public_key}
    db.session.commit()
    click.echo(json.dumps(printed))


@audit_group.command("protect")
def protect_command() -> None:
    """Have the database refuse again to change the trail, where somebody took that away."""
    with owner_engine().begin() as connection:
        protect(connection)
    click.echo("The database refuses to change the trail.")


@audit_group.command("new-witness-key")
def new_witness_key_command() -> None:
    """Print a new key for WITNESS_KEY, and its public key for whoever checks by it. Nothing is changed."""
    key = secrets.token_bytes(32)
    printed = {"witness_key": base64.b64encode(key).decode(), "public_key": Signer.of(key, "").public_key}
    click.echo(json.dumps(printed))


@audit_group.command("rotate-witness-key")
@click.argument("public_key")
def rotate_witness_key_command(public_key: str) -> None:
    """Sign with the old key that the new one signs from here on. Then set WITNESS_KEY, and start anew."""
    try:
        made = witness.hand_over(signer(), public_key, clock.now(), actor=SYSTEM)
    except (ValueError, witness.NotTheWitnessKey) as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from None
    db.session.commit()
    click.echo(
        f"Checkpoint {made.number} names the new key. Set WITNESS_KEY to it, and start the worker anew."
    )


def say_standing() -> None:
    """What `flask doctor` says of the trail and its witness; raises what makes the database unfit."""
    how = witness.standing(current_app.extensions["settings"].witness_file)
    if not is_protected(db.session.connection()):
        raise click.ClickException(
            "Trail: the database does not refuse to change it. Run flask audit verify, then audit protect."
        )
    if how.file_state == "differs":
        raise click.ClickException(
            "The witness was told something else than the database says: run flask audit verify."
        )
    if since := chain.oldest_waiting():
        age = (clock.now() - since).total_seconds()
        click.echo(f"Trail: {chain.count_waiting()} not linked yet, the oldest {age:.0f} s old.")
    if how.newest and how.newest.key_after != signer().public_key:
        click.echo("Witness: WITNESS_KEY is not the key that signs next, so no checkpoints are made.")
    if not how.is_outside:
        click.echo("Witness: none. Set WITNESS_FILE, or register one: flask audit register-witness.")
        return
    number = how.newest.number if how.newest else 0
    said = {"behind": f"the file lacks {how.behind_count}", "none": "no file", "current": "the file has all"}
    click.echo(
        f"Witness: {number} checkpoints; {said.get(how.file_state, 'the file cannot be read')};"
        f" {how.message_count} not yet taken by {how.witness_count} registered."
    )

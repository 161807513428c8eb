"""The operators' command that fills an empty office with an invented city."""

import os

import click
from flask import current_app

from app.demo.load import SIZES, Loader, SignIn, has_real_people
from app.foundation.operators import OperatorGroup

demo_group = OperatorGroup("demo", help="An invented city to try it on.")
DEFAULT_PORT = 5000


@demo_group.command("load")
@click.option("--size", type=click.Choice(list(SIZES)), default="small", show_default=True)
def load_command(size: str) -> None:
    """Load areas, people, plans, cases and ninety days of calls, all invented. Again changes nothing."""
    settings = current_app.extensions["settings"]
    if has_real_people():
        raise click.ClickException(
            "Real people work in this database. An invented city goes into an empty one."
        )
    loader = Loader(SIZES[size], settings.instance_path, callback_port())
    with click.progressbar(length=loader.unit_count, label=f"Loading a {size} city") as bar:
        for done in loader.run():
            bar.update(done)
    say_sign_ins(loader.sign_ins, settings.public_url)
    click.echo(f"\nRead an answer as a resident, with the receipt: {loader.receipt}")


def callback_port() -> int:
    """Where the simulator listens: DISPATCH_PORT, or the port after the web's."""
    return int(os.environ.get("DISPATCH_PORT") or int(os.environ.get("PORT") or DEFAULT_PORT) + 1)


def say_sign_ins(sign_ins: list[SignIn], url: str) -> None:
    """Who can sign in, and with what; all of them invented."""
    click.echo(f"\nSign in at {url}/sign-in as one of these invented people:\n")
    for one in sign_ins:
        click.echo(f"  {one.role:<16} {one.email:<30} {one.password}")

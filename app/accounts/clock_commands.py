"""Operators' command for the clocks of a dispatch centre: how long its calls wait here."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

import click

from app.accounts.client_commands import kept
from app.accounts.queries import get_client
from app.audit.trail import SYSTEM
from app.referrals.clock_actions import set_clocks, use_default_clocks
from app.referrals.models import CallKind

F = TypeVar("F", bound=Callable[..., Any])
_CLOCKS = {
    "dead-man": "The centre's own: after so long without our confirmed yes its system keeps the call.",
    "accept": "From the call until a person here has said yes.",
    "review": "For a person here to read it first; not longer than --accept.",
    "confirm": "From our yes until the centre has confirmed it.",
    "contact": "From the confirmation until somebody is on the way; then it is offered again.",
    "re-offer": "From then until the call goes back.",
    "on-the-way": "How long somebody may be on the way.",
}


def _with_clocks(command: F) -> F:
    """An option for each clock."""
    for name, what in reversed(_CLOCKS.items()):
        argument = f"{name.replace('-', '_')}_seconds"
        command = click.option(f"--{name}", argument, type=int, metavar="SECONDS", help=what)(command)
    return command


@click.command("set-clocks")
@click.argument("client_id")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in CallKind]))
@_with_clocks
@click.option("--default", "is_default", is_flag=True, help="Back to the usual clocks.")
@kept
def set_clocks_command(
    client_id: str, kind: str, *, is_default: bool, **clocks: int | None
) -> dict[str, Any]:
    """Set clocks of a centre for one kind of call, and print all that stand; with none named, only print.

    A call that is here keeps the clocks it has; calls from about five seconds later on have these.
    """
    client, call_kind = get_client(client_id), CallKind(kind)
    changes = {name: seconds for name, seconds in clocks.items() if seconds is not None}
    if is_default and changes:
        raise click.UsageError("Say --default or clocks, not both.")
    if is_default:
        standing = use_default_clocks(client, call_kind, actor=SYSTEM)
    else:
        standing = set_clocks(client, call_kind, changes, actor=SYSTEM)
    return {"client_id": client.id, "kind": kind, **asdict(standing)}

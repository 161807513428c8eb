"""The demo's dispatch centre as a process of its own: `python -m app.demo.simulator --url URL`.

Ctrl-C or SIGTERM stops it. It prints one line for each thing that happens, and at the end
how many calls stand where and for how many it could not explain who owned them.
"""

import os
import signal
import threading
from pathlib import Path

import click

from app.demo.agenda import Agenda
from app.demo.callbacks import listening
from app.demo.calls import new_dice
from app.demo.dispatch import Dispatch, Habits, as_line
from app.demo.keys import FILE_NAME, DispatchKeys
from app.foundation import clock
from app.foundation.settings import DEMO_INSTANCE
from app.referrals.sender import HookSender

TRIES = 5
TIMEOUT_SECONDS = 2.0


@click.command()
@click.option("--url", required=True, envvar="PUBLIC_URL", help="Where the hook is.")
@click.option("--calls-per-minute", type=click.FloatRange(0.1, 600), default=4, envvar="CALLS_PER_MINUTE")
@click.option("--seed", type=int, default=None, envvar="DEMO_SEED", help="The same calls in the same order.")
@click.option("--port", type=int, default=None, envvar="DISPATCH_PORT", help="Where callbacks come in.")
@click.option(
    "--keys",
    "keys_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="The file that flask demo load left (default: in INSTANCE_PATH).",
)
def main(
    url: str, calls_per_minute: float, seed: int | None, port: int | None, keys_path: Path | None
) -> None:
    """Play the dispatch centre of the demo city until stopped."""
    keys = _read_keys(keys_path or Path(os.environ.get("INSTANCE_PATH") or DEMO_INSTANCE) / FILE_NAME)
    agenda = Agenda()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: agenda.stop.set())
    run(keys, url, agenda, calls_per_minute=calls_per_minute, seed=seed, port=port, habits=Habits())


def run(
    keys: DispatchKeys,
    url: str,
    agenda: Agenda,
    *,
    calls_per_minute: float,
    seed: int | None,
    port: int | None,
    habits: Habits,
) -> Dispatch:
    """Work until the agenda is stopped; gives the centre with its ledger."""
    lock = threading.Lock()

    def say(event: str, number: str, state: str, owner: str) -> None:
        with lock:
            click.echo(as_line(clock.now().astimezone(), event, number, state, owner))

    with HookSender(
        url,
        keys.client_id,
        keys.secret,
        tries=TRIES,
        timeout_seconds=TIMEOUT_SECONDS,
        pause=agenda.stop.wait,
    ) as sender:
        centre = Dispatch(sender, agenda, keys.spots, new_dice(seed), say, habits)
        try:
            with listening(port or keys.callback_port, keys.callback_secret, centre.take_callback):
                centre.begin(calls_per_minute)
                agenda.run()
        except OSError as problem:
            raise click.ClickException(f"Cannot listen for callbacks: {problem.strerror}.") from None
    _say_end(centre)
    return centre


def _say_end(centre: Dispatch) -> None:
    counted = ", ".join(f"{count} {state}" for state, count in centre.ledger.count().items())
    click.echo(f"dispatch: {counted or 'no calls'}; {centre.unexplained_count} without a known owner.")


def _read_keys(path: Path) -> DispatchKeys:
    try:
        return DispatchKeys.read(path)
    except OSError:
        raise click.ClickException(f"{path} is not there. Run flask demo load first.") from None


if __name__ == "__main__":
    main()

"""The demo's dispatch centre as a process of its own: `python -m app.demo.simulator --url URL`.

Ctrl-C or SIGTERM stops it. It prints one line for each thing that happens, and at the end
how many calls stand where and for how many it could not explain who owned them; when there
is one of those, its exit code is 1. With `--faults` the line between it and the office loses,
delays, doubles and overtakes, and the centre has a bad day too.
"""

import os
import signal
import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from app.demo.agenda import Agenda
from app.demo.callbacks import listening
from app.demo.closing import close_down
from app.demo.dispatch import Dispatch
from app.demo.faults import NAMED, Faults, read_faults
from app.demo.habits import BUSY, CALM, Habits
from app.demo.keys import FILE_NAME, DispatchKeys
from app.demo.line import PATIENCE_SECONDS, FaultyLine
from app.demo.report import as_line, build_report, lines_of, write_report
from app.foundation import clock
from app.foundation.settings import DEMO_INSTANCE
from app.referrals.sender import HookSender

TRIES = 5
TIMEOUT_SECONDS = PATIENCE_SECONDS
CLOSE_SECONDS = 30.0
MANY_HANDS = 32


class _FaultsType(click.ParamType[Faults]):
    """`none`, `rough`, `brutal`, single shares such as `lose=0.1`, or a name and shares after it."""

    name = "faults"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Faults:
        try:
            return value if isinstance(value, Faults) else read_faults(value)
        except ValueError as problem:
            self.fail(str(problem), param, ctx)


@dataclass(frozen=True)
class Run:
    """One run of the centre: how many calls, for how long, over what line."""

    calls_per_minute: float = 4
    seed: int | None = None
    port: int | None = None
    habits: Habits = CALM
    out: Faults = NAMED["none"]
    back: Faults = NAMED["none"]
    patience_seconds: float = PATIENCE_SECONDS
    seconds: float | None = None
    """It ends by itself after so long; None: when it is stopped."""
    close_seconds: float = 0
    """How long calls are brought to their end then; 0: they are left as they are."""
    report_path: Path | None = None

    @property
    def line(self) -> FaultyLine | None:
        if self.out.is_calm and self.back.is_calm:
            return None
        return FaultyLine(self.out, self.back, seed=self.seed, patience_seconds=self.patience_seconds)


@click.command()
@click.option("--url", required=True, envvar="PUBLIC_URL", help="Where the hook is.")
@click.option("--calls-per-minute", type=click.FloatRange(0.1, 600), default=4, envvar="CALLS_PER_MINUTE")
@click.option("--seed", type=int, default=None, envvar="DEMO_SEED", help="The same calls in the same order.")
@click.option("--port", type=int, default=None, envvar="DISPATCH_PORT", help="Where callbacks come in.")
@click.option(
    "--faults",
    type=_FaultsType(),
    default="none",
    envvar="DISPATCH_FAULTS",
    help="none, rough, brutal, or shares: lose=0.1,lose_answer=0.1,delay=0.2,duplicate=0.1,reorder=0.1.",
)
@click.option("--callback-faults", type=_FaultsType(), default=None, help="For the way back; as --faults.")
@click.option("--seconds", type=click.FloatRange(min=0), default=None, help="End by itself after so long.")
@click.option(
    "--report",
    "report_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    envvar="DISPATCH_REPORT",
    help="What it came to, as JSON; every call is brought to its end first.",
)
@click.option(
    "--keys",
    "keys_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="The file that flask demo load left (default: in INSTANCE_PATH).",
)
def main(
    url: str, keys_path: Path | None, faults: Faults, callback_faults: Faults | None, **more: Any
) -> None:
    """Play the dispatch centre of the demo city until stopped; exit code 1 for a call unexplained."""
    keys = _read_keys(keys_path or Path(os.environ.get("INSTANCE_PATH") or DEMO_INSTANCE) / FILE_NAME)
    back = faults if callback_faults is None else callback_faults
    is_calm = faults.is_calm and back.is_calm
    is_test = not is_calm or more["report_path"] is not None
    plan = Run(
        out=faults,
        back=back,
        habits=BUSY if not is_calm else CALM,
        close_seconds=CLOSE_SECONDS if is_test else 0,
        **more,
    )
    agenda = Agenda(MANY_HANDS)
    centre = run(keys, url, agenda, plan, on_signals=True)
    raise SystemExit(1 if centre.unexplained_count else 0)


def run(keys: DispatchKeys, url: str, agenda: Agenda, plan: Run, *, on_signals: bool = False) -> Dispatch:
    """Work until the agenda is stopped or the time is over; gives the centre with its ledger."""
    lock, line = threading.Lock(), plan.line

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
        transport=line.transport() if line else None,
    ) as sender:
        centre = Dispatch(keys.spots, sender, agenda, say, plan.habits, seed=plan.seed, line=line)
        close = partial(close_down, centre, plan.close_seconds) if plan.close_seconds else agenda.stop.set
        asked = _asked_by_signal(agenda) if on_signals else []

        endings = [close]

        def each_turn() -> None:
            centre.ring()
            if asked and endings:
                agenda.after(0, endings.pop())

        agenda.each_turn = each_turn
        if plan.seconds is not None:
            agenda.after(plan.seconds, close)
        carry = line.carry if line else None
        try:
            with listening(
                plan.port or keys.callback_port, keys.callback_secret, centre.take_callback, carry
            ):
                centre.begin(plan.calls_per_minute)
                agenda.run()
        except OSError as problem:
            raise click.ClickException(f"Cannot listen for callbacks: {problem.strerror}.") from None
    _say_end(centre, plan.report_path)
    return centre


def _asked_by_signal(agenda: Agenda) -> list[int]:
    """Fills when a signal asks for the end; the second one stops at once. A handler may take no lock."""
    asked: list[int] = []

    def ask(number: int, _frame: object) -> None:
        if asked:
            agenda.stop.set()
        asked.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    return asked


def _say_end(centre: Dispatch, report_path: Path | None) -> None:
    report = build_report(centre)
    for line in lines_of(report):
        click.echo(line)
    if report_path:
        write_report(report, report_path)


def _read_keys(path: Path) -> DispatchKeys:
    try:
        return DispatchKeys.read(path)
    except OSError:
        raise click.ClickException(f"{path} is not there. Run flask demo load first.") from None


if __name__ == "__main__":
    main()

"""Operators' commands for referrals: offering real calls to a hook, to see what it makes of them."""

import sys
from functools import partial
from itertools import islice
from pathlib import Path

import click

from app.audit.trail import SYSTEM
from app.foundation import clock
from app.foundation.db import db
from app.foundation.operators import OperatorGroup
from app.referrals.actions import pause_intake, resume_intake
from app.referrals.replay import NotReplayable, Replay, Summary, count_rows, open_table, read_offers
from app.referrals.sender import HookSender

referrals_group = OperatorGroup("referrals", help="Calls that dispatch offers us.")


@referrals_group.command("replay", with_appcontext=False)
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", required=True, help="Where the hook is, such as http://localhost:5000.")
@click.option(
    "--rate", type=click.FloatRange(min=0), default=0, help="Calls a second; 0: as fast as it goes."
)
@click.option("--client-id", envvar="REPLAY_CLIENT_ID", show_envvar=True, help="Who signs the calls.")
@click.option("--secret", envvar="REPLAY_SECRET", show_envvar=True, help="What they are signed with.")
@click.option("--limit", type=click.IntRange(min=1), default=None, help="Only so many calls, from the top.")
@click.option("--concurrency", type=click.IntRange(1, 64), default=8, help="Connections at once.")
def replay_command(
    table: Path,
    url: str,
    rate: float,
    client_id: str | None,
    secret: str | None,
    limit: int | None,
    concurrency: int,
) -> None:
    """Offer the calls of TABLE (a CSV, plain or .gz) to a hook as signed referrals.

    The client and its secret are what `flask accounts create-client` printed; a demo has its own.
    The same table again is all repeats. Exit code 1 when a call was not answered in the end.
    """
    if not client_id or not secret:
        raise click.UsageError(
            "No key to sign with. Give --client-id and --secret, or set REPLAY_CLIENT_ID and REPLAY_SECRET: "
            "flask accounts create-client prints both. In a demo, flask demo load makes them."
        )
    replay = Replay(partial(HookSender, url, client_id, secret), per_second=rate, concurrency=concurrency)
    try:
        row_count = min(count_rows(table), limit or sys.maxsize)
        with (
            open_table(table) as rows,
            click.progressbar(length=row_count, label=f"{row_count} calls", file=sys.stderr) as bar,
        ):
            for _ in replay.run(islice(read_offers(rows), limit)):
                bar.update(1)
    except NotReplayable as problem:
        raise click.ClickException(str(problem)) from None
    except (UnicodeDecodeError, ValueError):
        raise click.ClickException(f"{table.name}: This is not a table of calls.") from None
    say(replay.summary)
    if replay.summary.unanswered:
        raise SystemExit(1)


@referrals_group.command("pause")
def pause_command() -> None:
    """Take no calls for a while: dispatch is told at once, and calls are refused from 30 seconds on."""
    pause_intake(clock.now(), actor=SYSTEM)
    db.session.commit()
    click.echo("Paused. Calls are refused in 30 seconds; what is here goes on.")


@referrals_group.command("resume")
def resume_command() -> None:
    """Take calls again."""
    resume_intake(clock.now(), actor=SYSTEM)
    db.session.commit()
    click.echo("Taking calls.")


def say(summary: Summary) -> None:
    """The sum, as a table that reads without its program."""
    click.echo(
        f"{summary.sent_count} calls in {summary.seconds:.1f} s: {summary.calls_a_second:.1f} a second."
    )
    for status, count in sorted(summary.statuses.items()):
        click.echo(f"{count:>8}  HTTP {status}")
    click.echo(f"\n{'count':>8}  {'decision':<10}{'state':<18}reason")
    for (decision, state, reason), count in summary.answers.most_common():
        click.echo(f"{count:>8}  {decision:<10}{state:<18}{reason}")
    click.echo(f"\n{summary.replay_count:>8}  repeats of an earlier message")
    click.echo(f"{summary.duplicate_count:>8}  duplicates of a call")
    click.echo(f"{summary.retry_count:>8}  tried again")
    click.echo(f"{summary.unanswered.total():>8}  errors in the end")
    for last, count in summary.unanswered.most_common():
        click.echo(f"{count:>8}  no answer: {last}")

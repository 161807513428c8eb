"""How late a call that nobody answers goes back to dispatch, when 50,000 of them are open.

The calls are on a durable database, as the hook leaves them, each with its clock; workers run as in
production. Twice: their clocks run out over a minute, and all in the same second. What counts is when
somebody who looks from outside sees that a call has gone back: the n-th to run out is late by the time
from its deadline until n are seen to be back. Prints one JSON object; exit code 1 when one was lost.

    script/bench lapse [--calls 50000] [--workers 2] [--database sqlite|postgresql]
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, create_engine, func, insert, select

from app import create_app
from app.audit.trail import SYSTEM
from app.delivery.models import DueTimer
from app.foundation import clock
from app.foundation.db import db
from app.foundation.settings import Settings
from app.referrals import intake
from app.referrals.models import CallKind, Referral, State
from app.referrals.payloads import NewReferral, Told
from bench import servers

KINDS = ("sqlite", "postgresql")
SPREADS = (60.0, 1.0)
LOOK_SECONDS = 0.02
LEAD_SECONDS = 8.0
"""For the workers to be at work before the first clock rings."""
FILLED_PER_SECOND = 800
AT_ONCE = 1_000
GIVE_UP_SECONDS = 120.0


def measure(kind: str, calls: int, workers: int, spread: float) -> dict[str, Any]:
    """One run on a database of its own."""
    with servers.durable_database(kind) as database:
        environ = servers.environment_of(database)
        client_id = servers.prepare(environ)["client_id"]
        settings = Settings.from_environment(environ)
        app = create_app(settings)
        with app.app_context():
            due = fill(client_id, calls, spread)
        with ExitStack() as stack:
            for _ in range(workers):
                stack.enter_context(working(environ))
            seen = watch(settings.database_url, client_id, due)
    late = sorted(moment - at for moment, at in zip(seen, due, strict=False))
    return {
        "spread_seconds": spread,
        "calls": calls,
        "back": len(seen),
        "lost": calls - len(seen),
        **{f"late_p{name}_ms": percentile(late, share) for name, share in SHARES.items()},
        "per_second": round(len(seen) / max(seen[-1] - due[0], 0.001)) if seen else 0,
    }


SHARES = {"50": 0.5, "99": 0.99, "99_9": 0.999, "100": 1.0}


def percentile(ordered: list[float], share: float) -> float | None:
    if not ordered:
        return None
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)


def fill(client_id: str, calls: int, spread: float) -> list[float]:
    """Leave so many offered calls as the hook does; gives their deadlines, in order."""
    first_at = clock.now() + timedelta(seconds=LEAD_SECONDS + calls / FILLED_PER_SECOND)
    due = [first_at + timedelta(seconds=spread * number / calls) for number in range(calls)]
    for start in range(0, calls, AT_ONCE):
        rows: dict[Any, list[dict[str, Any]]] = {}
        for number in range(start, min(start + AT_ONCE, calls)):
            new = NewReferral(f"LAPSE-{number}", 1, CallKind.LIVE, Told(narrative="A fence.", callback="1"))
            made = intake.rows_of(
                new, intake.unplaced(State.OFFERED), client_id=client_id, actor=SYSTEM, now=clock.now()
            )
            for model, values in made.rows:
                rows.setdefault(model, []).append(_with_deadline(model, values, due[number]))
        for model, of_model in rows.items():
            db.session.execute(insert(model), of_model)
        db.session.commit()
    if clock.now() + timedelta(seconds=LEAD_SECONDS / 2) > first_at:
        raise SystemExit("Filling took too long: the first clocks would ring before anybody hears them.")
    return [moment.timestamp() for moment in due]


def _with_deadline(model: Any, values: dict[str, Any], due_at: datetime) -> dict[str, Any]:
    if model is Referral:
        return values | {"clock_due_at": due_at}
    if model is DueTimer:
        return values | {"due_at": due_at, "next_attempt_at": due_at}
    return values


@contextmanager
def working(environ: dict[str, str]) -> Iterator[None]:
    """A worker of ours, as `script/serve worker` starts it."""
    worker = subprocess.Popen(
        [servers.PROGRAMS / "flask", "worker"], cwd=servers.ROOT, env=environ, stdout=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(30)


def watch(url: str, client_id: str, due: list[float]) -> list[float]:
    """When the first, the second, the n-th call was seen to be back."""
    engine = create_engine(url)
    seen: list[float] = []
    give_up = due[-1] + GIVE_UP_SECONDS
    while len(seen) < len(due) and time.time() < give_up:
        count = _count_back(engine, client_id)
        seen += [time.time()] * (count - len(seen))
        time.sleep(LOOK_SECONDS)
    engine.dispose()
    return seen


def _count_back(engine: Engine, client_id: str) -> int:
    done = select(func.count()).where(Referral.client_id == client_id, Referral.state == State.HANDED_BACK)
    with engine.connect() as connection:
        return connection.scalar(done) or 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench lapse", description=__doc__)
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database", choices=KINDS, action="append")
    asked = parser.parse_args()
    runs = {
        kind: [measure(kind, asked.calls, asked.workers, spread) for spread in SPREADS]
        for kind in asked.database or KINDS
    }
    print(json.dumps({"benchmark": "lapse", "workers": asked.workers, "databases": runs}))
    if any(run["lost"] for of_kind in runs.values() for run in of_kind):
        sys.exit(1)


if __name__ == "__main__":
    main()

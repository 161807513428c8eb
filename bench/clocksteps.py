"""Our clock is set wrong and right again: no call may wait longer for it, and none may be lost.

The product runs under libfaketime; its wall clock is moved by -5 s, +5 s, +1 h and -1 h
under calls, and back. The bench's own clock does not move: it measures how long each live
call really waited for a person. Ringing early is allowed, late is not (security.md C.6).
Dispatch signs by the right time, so while ours is an hour off it is told 401
`stale-timestamp` and keeps its calls. Prints one JSON object; it is skipped, with the
reason, where libfaketime is not installed.

    script/bench clocksteps [--hold 50] [--database sqlite|postgresql] [--seed 1]
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.referrals.models import CallKind, Referral, State
from bench.rig.calls import Shift
from bench.rig.ending import end_cleanly
from bench.rig.false_clock import FalseClock, NotInstalled
from bench.rig.ledger import Ledger
from bench.rig.rows import connected
from bench.rig.stores import KINDS
from bench.rig.trial import trial, verdict_on

STEPS = (-5, 5, 3600, -3600)
SHORT_HOLD_SECONDS = 8
CALLERS = 6
PACE_SECONDS = 0.3
LIVE_CALLS = {"offered live": 70, "review": 10, "returned": 20}
ACCEPT_SECONDS = 40
GRACE_SECONDS = 2


class Watch:
    """How long live calls really wait, by a clock that nobody moves."""

    def __init__(self, url: str, ledger: Ledger) -> None:
        self._url, self._ledger = url, ledger
        self._enough = threading.Event()
        self.late: dict[str, float] = {}
        """Calls that waited too long, and by how much at the last look."""
        self.looks = 0
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop looking."""
        self._enough.set()
        self._thread.join()

    def _work(self) -> None:
        r = Referral
        waiting = select(r.id).where(
            r.state.in_((State.OFFERED, State.IN_REVIEW)), r.kind == CallKind.LIVE, r.client_id.is_not(None)
        )
        while not self._enough.wait(0.5):
            try:
                with connected(self._url) as look:
                    now, ids = time.monotonic(), list(look.scalars(waiting))
            except DBAPIError:
                continue
            self._note(now, ids)

    def _note(self, now: float, waiting: list[str]) -> None:
        told_at: dict[str, float] = {}
        for one in tuple(self._ledger.sent):
            if one.is_acknowledged and one.settled_at:
                told_at[str(one.answer.get("id"))] = one.settled_at
        self.looks += 1
        for referral_id in waiting:
            over = now - told_at.get(referral_id, now) - ACCEPT_SECONDS
            if over > GRACE_SECONDS:
                self.late[referral_id] = over


def run(kind: str, asked: argparse.Namespace) -> dict[str, Any]:
    """One trial on one kind of database."""
    with tempfile.TemporaryDirectory(prefix="cg-clock-") as name:
        false_clock = FalseClock(Path(name))
        with trial(kind, more=false_clock.environ) as on:
            shift = Shift(
                *(on.house.port, on.client, on.ledger),
                callers=CALLERS,
                seed=asked.seed,
                pace=PACE_SECONDS,
                weights=LIVE_CALLS,
            )
            watch = Watch(on.house.store.url, on.ledger)
            steps = []
            try:
                for seconds in STEPS:
                    time.sleep(SHORT_HOLD_SECONDS)
                    before = len(watch.late)
                    false_clock.move(seconds)
                    time.sleep(SHORT_HOLD_SECONDS if abs(seconds) < 60 else asked.hold)
                    false_clock.move(0)
                    steps.append({"step_s": seconds, "late_calls": len(watch.late) - before})
                time.sleep(ACCEPT_SECONDS + 2 * GRACE_SECONDS)
            finally:
                shift.end()
                watch.end()
            found = verdict_on(on, has_clock_moved=True)
            latest = round(max(watch.late.values()), 1) if watch.late else 0
            return {
                "steps": steps,
                "looks_at_waiting_calls": watch.looks,
                "late_calls": len(watch.late),
                "latest_s": latest,
                **found,
            }


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench clocksteps", description=__doc__)
    parser.add_argument("--hold", type=float, default=50)
    parser.add_argument("--database", choices=KINDS, action="append")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    end_cleanly()
    try:
        databases = {kind: run(kind, asked) for kind in asked.database or KINDS}
    except NotInstalled as reason:
        print(json.dumps({"run": "clocksteps", "skipped": str(reason)}))
        return
    print(json.dumps({"run": "clocksteps", "seed": asked.seed, "databases": databases}))
    sys.exit(any(found["problems"] or found["late_calls"] for found in databases.values()))


if __name__ == "__main__":
    main()

"""Calls from dispatch while processes are killed and stopped and the store is cut off.

The product runs as script/serve starts it, with two workers and a receiver of callbacks.
Every row that is left is then judged. Dispatch behaves as the contract asks: no answer,
a 5xx or "in progress" means the same message once more under the same id. Prints one JSON
object; exit code 1 when an acknowledged call is lost, half there or there twice, when one
is there that nobody sent, or when a call was refused without saying who owns it.

    script/bench faults [--seconds 120] [--blows-per-minute 60] [--database sqlite|postgresql]
                        [--seed 1] [--calls 100000] [--callers 16]
                        [--followed 0.1]

With --calls it runs until so many calls were acknowledged, or until --seconds are over;
--followed says how much of what usually follows a call (repeats, news, cancels) follows here.
"""

import argparse
import json
import sys
import time
from typing import Any

from bench.rig.blows import Blows
from bench.rig.calls import Shift
from bench.rig.ending import end_cleanly
from bench.rig.stores import KINDS
from bench.rig.trial import trial, verdict_on


def run(kind: str, asked: argparse.Namespace) -> dict[str, Any]:
    """One trial on one kind of database."""
    with trial(kind) as on:
        shift = Shift(
            on.house.port,
            on.client,
            on.ledger,
            callers=asked.callers,
            seed=asked.seed,
            followed=asked.followed,
        )
        blows = Blows(on.house, per_minute=asked.blows_per_minute, seed=asked.seed)
        deadline = time.monotonic() + asked.seconds
        try:
            while time.monotonic() < deadline and not blows.failure:
                if asked.calls and len(on.ledger.incidents) >= asked.calls:
                    break
                time.sleep(0.2)
        finally:
            try:
                blows.end()
            finally:
                shift.end()
        return {"blows": dict(blows.struck), **verdict_on(on, blows.windows)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--blows-per-minute", "--kills-per-minute", type=float, default=60)
    parser.add_argument("--database", choices=KINDS, action="append")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=0)
    parser.add_argument("--callers", type=int, default=16)
    parser.add_argument("--followed", type=float, default=1)
    asked = parser.parse_args()
    end_cleanly()
    databases = {kind: run(kind, asked) for kind in asked.database or KINDS}
    print(json.dumps({"run": "faults", "seed": asked.seed, "databases": databases}))
    sys.exit(any(found["problems"] for found in databases.values()))


if __name__ == "__main__":
    main()

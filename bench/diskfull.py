"""The disk is full: dispatch is told so at once and keeps its calls; with room again all goes on by itself.

The store lies on a small file system in memory. Under calls it is filled to the last byte
and given room again, several times, with nothing restarted but PostgreSQL should it have
ended. While it is full no call may be taken that is not kept, and the answer must come
within a second: 503 `not-accepted`, custody dispatch. Prints one JSON object; it is skipped,
with the reason, where mounting is not allowed.

    script/bench diskfull [--rounds 3] [--seconds 4] [--database sqlite|postgresql] [--seed 1]
"""

import argparse
import http.client
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.rig.calls import HOOK, Shift, body_of, message
from bench.rig.ending import end_cleanly
from bench.rig.ledger import Ledger
from bench.rig.line import Line
from bench.rig.small_disk import NotAllowed, SmallDisk, small_disk
from bench.rig.stores import KINDS
from bench.rig.trial import Trial, trial, verdict_on

MEGABYTES = {"sqlite": 96, "postgresql": 400}
HONEST = "503 not-accepted"
WITHIN_SECONDS = 1.0
BACK_WITHIN_SECONDS = 60
CALLERS = 6
PACE_SECONDS = 0.02


def probe(on: Trial, seconds: float) -> dict[str, Any]:
    """New calls one after another while the disk is full: what was answered, and how slowly at worst."""
    answers: Counter[str] = Counter()
    slowest, end = 0.0, time.monotonic() + seconds
    line = Probe(on.house.port, on.client, on.ledger)
    while time.monotonic() < end:
        start = time.monotonic()
        answers[line.once()] += 1
        slowest = max(slowest, time.monotonic() - start)
        time.sleep(0.05)
    line.close()
    return {"answers": dict(answers), "slowest_s": round(slowest, 2)}


class Probe(Line):
    """A line that tries once and says what it met."""

    def __init__(self, port: int, client: dict[str, str], ledger: Ledger) -> None:
        super().__init__(port, client, ledger)
        self._book, self._chance = ledger, random.Random(1)  # noqa: S311 - not for secrets

    def once(self) -> str:
        """One new call, tried once; what was acknowledged goes into the ledger like any other."""
        incident_id = f"BENCH-{uuid4().hex[:16]}"
        sent = message("create", incident_id, HOOK, body_of("offered", incident_id, self._chance))
        self._book.add(sent)
        try:
            status, kind, answer, sent.is_replay = self._once("POST", sent)
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            self.close()
            return type(trouble).__name__
        slug = str(answer.get("type", "")).rpartition("/")[2]
        if status >= 300:
            self._check_honest(sent, status, kind, answer, slug)
        else:
            sent.status, sent.answer = status, answer
            self._book.settle(sent)
        return f"{status} {slug}".strip()


def one_round(on: Trial, disk: SmallDisk, seconds: float) -> dict[str, Any]:
    """Full, then with room again."""
    disk.fill()
    found = probe(on, seconds)
    disk.make_room()
    is_up = on.house.store.is_up()
    if not is_up:
        on.house.store.start()
    start, before = time.monotonic(), on.ledger.acknowledged
    while on.ledger.acknowledged < before + 3 and time.monotonic() - start < BACK_WITHIN_SECONDS:
        time.sleep(0.05)
    took = time.monotonic() - start
    return found | {"taken_again_after_s": round(took, 2), "store_ended_by_itself": not is_up}


def open_to_all(folder: Path) -> Path:
    """PostgreSQL runs as a user of its own and must come through to its part of the disk."""
    folder.chmod(0o755)
    return folder


def run(kind: str, asked: argparse.Namespace) -> dict[str, Any]:
    """One trial on one kind of database."""
    with (
        tempfile.TemporaryDirectory(prefix="cg-disk-") as name,
        small_disk(open_to_all(Path(name)) / "disk", MEGABYTES[kind]) as disk,
        trial(kind, disk.folder / "store") as on,
    ):
        shift = Shift(
            on.house.port, on.client, on.ledger, callers=CALLERS, seed=asked.seed, pace=PACE_SECONDS
        )
        try:
            time.sleep(2)
            rounds = [one_round(on, disk, asked.seconds) for _ in range(asked.rounds)]
        finally:
            shift.end()
        free = disk.free_bytes
        found = verdict_on(on)
        slowest = max(one["slowest_s"] for one in rounds)
        is_back = all(one["taken_again_after_s"] < BACK_WITHIN_SECONDS for one in rounds)
        refused = sum(one["answers"].get(HONEST, 0) for one in rounds)
        if not is_back:
            found["problems"]["not taken again"] = 1
        return {
            "rounds": rounds,
            "honest_refusals": refused,
            "is_within_a_second": slowest <= WITHIN_SECONDS,
            "free_mb_at_end": round(free / 1e6, 1),
            **found,
        }


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench diskfull", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--database", choices=KINDS, action="append")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    end_cleanly()
    try:
        databases = {kind: run(kind, asked) for kind in asked.database or KINDS}
    except NotAllowed as reason:
        print(json.dumps({"run": "diskfull", "skipped": f"mounting is not allowed here: {reason}"}))
        return
    print(json.dumps({"run": "diskfull", "seed": asked.seed, "databases": databases}))
    fine = [
        not one["problems"] and one["honest_refusals"] and one["is_within_a_second"]
        for one in databases.values()
    ]
    sys.exit(not all(fine))


if __name__ == "__main__":
    main()

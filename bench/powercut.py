"""The power goes: is every acknowledged call still on the disk? And would we notice if it were not?

A layer under the running product (powercut.c) writes down every write and every sync of its
store. Then everything is killed, the disk is rebuilt as it may have been at random moments
(rig/disk.py says what is modelled), and the store is started on it and judged: what was
acknowledged before that moment must be there. The same is done with a store that does not
wait for the disk (SQLite NORMAL, PostgreSQL synchronous_commit=off): there losses must be
found, or the run could not tell and proves nothing. Prints one JSON object.

    script/bench powercut [--cuts 20] [--seconds 12] [--database sqlite|postgresql] [--seed 1]
"""

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.rig.calls import Shift
from bench.rig.disk import Disk, copy_owned, read_log
from bench.rig.ending import end_cleanly
from bench.rig.house import House
from bench.rig.judge import Verdict, judge
from bench.rig.ledger import Ledger
from bench.rig.rows import read_rows
from bench.rig.soundness import check_chain, check_store
from bench.rig.stores import KINDS, Store, new_store
from tests.support.postgres import server_user

LAYER = Path(__file__).with_suffix(".c")
FORGETFUL = Path(__file__).parent / "rig" / "forgetful"
CHECKPOINT_OFTEN = ("max_wal_size=48MB", "min_wal_size=32MB", "checkpoint_timeout=30s")
CALLERS = 12
FIRST_SHARE = 0.2
"""No cut before this share of the log: there must be something to lose."""


def compiled(folder: Path) -> Path:
    """The layer, made for this machine."""
    library = folder / "powercut.so"
    command: list[str | Path] = ["gcc", "-O2", "-shared", "-fPIC", "-o", library, LAYER, "-ldl"]
    subprocess.run(command, check=True)
    library.chmod(0o755)
    return library


class Recorded:
    """A store at work under the layer, until the power goes."""

    def __init__(self, kind: str, *, is_forgetful: bool, folder: Path) -> None:
        self.kind, self.folder, self.is_forgetful = kind, folder, is_forgetful
        options = ("synchronous_commit=off",) if is_forgetful else ()
        self.store = new_store(kind, folder / "store", *CHECKPOINT_OFTEN, *options)
        self.store.start()
        self.house = House(self.store, folder)
        self.client = self.house.prepare("http://localhost:9")
        self.store.stop()
        self.log = folder / "disk.log"
        self.log.touch()
        self.log.chmod(0o666)
        self.disk = Disk(self.store.data)
        self.ledger = Ledger(position=lambda: self.log.stat().st_size)

    def run(self, library: Path, *, seconds: float, seed: int) -> None:
        """Take calls for so long; then everything is gone at once."""
        layer = {
            "LD_PRELOAD": str(library),
            "POWERCUT_LOG": str(self.log),
            "POWERCUT_FOLDER": str(self.store.data),
        }
        self.store.start(layer)
        if self.kind == "sqlite":
            self.house.more = layer | ({"PYTHONPATH": str(FORGETFUL)} if self.is_forgetful else {})
        try:
            self.house.open()
            shift = Shift(self.house.port, self.client, self.ledger, callers=CALLERS, seed=seed)
            time.sleep(seconds)
        finally:
            self.house.kill_all()
            self.store.stop(signal.SIGKILL)
        self.ledger.is_over.set()
        shift.end()

    def cuts(self, count: int, chance: random.Random) -> Iterator[tuple[int, Path, str]]:
        """So many moments: how far the log had come, the folder as the disk had it, and by which rule."""
        end = self.log.stat().st_size
        moments = sorted(chance.randint(int(FIRST_SHARE * end), end) for _ in range(count))
        number = 0
        for record in read_log(self.log):
            self.disk.do(record)
            while number < count and record.end >= moments[number]:
                how = ("nothing unsynced", "some of the unsynced")[number % 2]
                into = self.folder / f"cut-{number}"
                self.disk.rebuild(into / self._data_name, chance if number % 2 else None)
                yield record.end, into, how
                shutil.rmtree(into)
                number += 1

    @property
    def _data_name(self) -> str:
        return "data" if self.kind == "postgresql" else "."

    def judged(self, position: int, into: Path) -> Verdict:
        """Start the store on what the disk holds, and judge."""
        if self.kind == "postgresql":
            into.chmod(0o755)
            copy_owned(into / "data", server_user())
        store: Store = new_store(self.kind, into)
        try:
            store.start()
            return self._judged(store, position)
        finally:
            store.stop(signal.SIGQUIT)

    def _judged(self, store: Store, position: int) -> Verdict:
        house = House(store, self.folder)
        rows = read_rows(store.url, self.client["client_id"])
        verdict = judge(self.ledger.as_of(position), rows, None, datetime.now(UTC))
        for kind, found in (
            ("damaged store", check_store(store.url)),
            ("broken chain", check_chain(house.environ)),
        ):
            verdict.unless(found.startswith("ok"), kind, found)
        return verdict


def measure(kind: str, asked: argparse.Namespace, *, is_forgetful: bool) -> dict[str, Any]:
    """One run and its cuts."""
    chance = random.Random(f"{asked.seed}-{kind}-{is_forgetful}")  # noqa: S311 - not for secrets
    problems: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    hows: Counter[str] = Counter()
    at_cuts, with_loss, lost = [], 0, []
    with tempfile.TemporaryDirectory(prefix="cg-power-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        recorded = Recorded(kind, is_forgetful=is_forgetful, folder=folder)
        recorded.run(compiled(folder), seconds=asked.seconds, seed=asked.seed)
        for position, into, how in recorded.cuts(asked.cuts, chance):
            verdict = recorded.judged(position, into)
            at_cuts.append(sum(one.is_acknowledged for one in recorded.ledger.as_of(position).sent))
            lost.append(verdict.counts["lost"])
            with_loss += verdict.counts["lost"] > 0
            hows[how] += 1
            problems.update(verdict.counts)
            examples.update(verdict.examples)
        size = recorded.log.stat().st_size
    return {
        "cuts": dict(hows),
        "acknowledged_in_run": recorded.ledger.acknowledged,
        "acknowledged_at_cuts": at_cuts,
        "lost_at_cuts": lost,
        "cuts_with_loss": with_loss,
        "problems": {kind: count for kind, count in problems.items() if count},
        "examples": examples,
        "log_mb": round(size / 1e6, 1),
        "log_records": dict(recorded.disk.seen),
    }


def both(kind: str, asked: argparse.Namespace) -> dict[str, Any]:
    """The store as we run it, and one that forgets; fine when only the second one loses."""
    ours = measure(kind, asked, is_forgetful=False)
    forgetful = measure(kind, asked, is_forgetful=True)
    return {
        "as_we_run_it": ours,
        "forgetful": forgetful,
        "is_fine": not ours["problems"] and forgetful["cuts_with_loss"] > 0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench powercut", description=__doc__)
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--database", choices=KINDS, action="append")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    end_cleanly()
    if shutil.which("gcc") is None:
        print(json.dumps({"run": "powercut", "skipped": "gcc is not installed"}))
        return
    databases = {kind: both(kind, asked) for kind in asked.database or KINDS}
    print(json.dumps({"run": "powercut", "seed": asked.seed, "databases": databases}))
    sys.exit(not all(found["is_fine"] for found in databases.values()))


if __name__ == "__main__":
    main()

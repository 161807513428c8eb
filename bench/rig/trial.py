"""A trial from its empty store to its verdict."""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.delivery.models import DueTimer, OutboxMessage
from bench.rig.blows import Window
from bench.rig.clocks import lateness
from bench.rig.house import NOTHING, House
from bench.rig.judge import Verdict, judge
from bench.rig.ledger import Ledger
from bench.rig.receiver import Received, receiver
from bench.rig.rows import Rows, connected, read_rows
from bench.rig.soundness import check_chain, check_store, count_unreadable
from bench.rig.stores import new_store

QUIET_SECONDS = 900
"""After the last call: leases run out (a minute at most), what is due rings, what was promised leaves."""


@dataclass
class Trial:
    """Everything that takes part."""

    house: House
    client: dict[str, str]
    received: Received
    ledger: Ledger = field(default_factory=Ledger)
    begun: float = field(default_factory=time.monotonic)


@contextmanager
def trial(kind: str, folder: Path | None = None, more: Mapping[str, str] = NOTHING) -> Iterator[Trial]:
    """The product on a new store, with everything up; nothing of it is left afterwards.

    `folder`: where the store is to lie. `more`: what the serving processes find in their environment.
    """
    with tempfile.TemporaryDirectory(prefix="cg-rig-") as name, receiver() as received:
        Path(name).chmod(0o755)
        store = new_store(kind, folder or Path(name) / "store")
        store.start()
        house = House(store, Path(name), more)
        try:
            client = house.prepare(received.url)
            received.secret = client["callback_secret"]
            house.open()
            yield Trial(house, client, received)
        finally:
            house.kill_all()
            store.stop()


def wait_until_quiet(trial: Trial) -> float:
    """Until nothing is due and nothing waits to leave, or for so long; gives the seconds it took."""
    start = time.monotonic()
    while time.monotonic() - start < QUIET_SECONDS and _count_due(trial.house.store.url):
        time.sleep(1)
    return round(time.monotonic() - start, 1)


def _count_due(url: str) -> int:
    timers = select(func.count()).where(
        DueTimer.due_at <= datetime.now(UTC),
        DueTimer.done_at.is_(None),
        DueTimer.cancelled_at.is_(None),
        DueTimer.kind.like("referral.%"),
    )
    messages = select(func.count()).where(OutboxMessage.sent_at.is_(None), OutboxMessage.dead_at.is_(None))
    with connected(url) as look:
        return (look.scalar(timers) or 0) + (look.scalar(messages) or 0)


def verdict_on(
    trial: Trial, windows: Sequence[Window] = (), *, has_clock_moved: bool = False
) -> dict[str, Any]:
    """Stop everything, let the store recover, and judge what is left; with the figures of the trial."""
    took = time.monotonic() - trial.begun
    quiet_seconds = wait_until_quiet(trial)
    ended_at = datetime.now(UTC)
    house, ledger = trial.house, trial.ledger
    house.close()
    house.store.stop()
    house.store.start()
    rows = read_rows(house.store.url, trial.client["client_id"])
    verdict = judge(ledger, rows, trial.received, ended_at, has_clock_moved=has_clock_moved)
    add_soundness(verdict, house, trial.client["client_id"])
    if verdict.counts:
        sys.stderr.write(house.log())
    return {
        "seconds": round(took, 1),
        "calls_acknowledged": len(ledger.incidents),
        "acknowledged": ledger.acknowledged,
        "acknowledged_per_second": round(ledger.acknowledged / took, 1),
        **figures_of(ledger),
        "callbacks_received": len(trial.received.times),
        "callbacks_received_twice": sum(count > 1 for count in trial.received.times.values()),
        "quiet_after_s": quiet_seconds,
        **({} if has_clock_moved else {"clocks": lateness(rows, windows)}),
        **outcome_of(verdict, rows),
    }


def add_soundness(verdict: Verdict, house: House, client_id: str) -> None:
    """What the store, the trail and the seals say of themselves."""
    for kind, found in (
        ("damaged store", check_store(house.store.url)),
        ("broken chain", check_chain(house.environ)),
    ):
        verdict.checked[f"{kind}: {found}"] += 1
        verdict.unless(found.startswith("ok"), kind, found)
    unreadable = count_unreadable(house.environ, client_id)
    verdict.unless(not unreadable, "changed", f"{unreadable} sealed messages are not what came")


def figures_of(ledger: Ledger) -> dict[str, Any]:
    """What dispatch met, in numbers."""
    waits = sorted(sent.milliseconds for sent in ledger.sent if sent.is_acknowledged) or [0.0]
    refused = Counter(
        f"{sent.kind} {sent.status} {str(sent.answer.get('type', '')).rpartition('/')[2]}"
        for sent in ledger.sent
        if sent.status is not None and not sent.is_acknowledged
    )
    return {
        "messages": dict(Counter(sent.kind for sent in ledger.sent)),
        "never_answered": sum(sent.status is None for sent in ledger.sent),
        "taken_at_a_later_try": sum(sent.is_acknowledged and sent.tries > 1 for sent in ledger.sent),
        "answered_again_as_first": sum(sent.is_replay for sent in ledger.sent),
        "exact_repeats": ledger.repeats,
        "refused": dict(refused),
        "troubles": dict(ledger.troubles),
        "looks": dict(ledger.looks),
        "ms": {
            f"p{100 * share:g}": round(waits[int(share * (len(waits) - 1))], 1)
            for share in (0.5, 0.99, 0.999)
        },
    }


def outcome_of(verdict: Verdict, rows: Rows) -> dict[str, Any]:
    """What was looked at and what is wrong."""
    return {
        "states": dict(Counter(one.state.value for one in rows.referrals.values())),
        "checked": dict(verdict.checked),
        "problems": dict(verdict.counts),
        "examples": {kind: list(some) for kind, some in verdict.examples.items()},
    }

"""How late clocks rang: each call that lapsed, against the contract's own seconds."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from bench.rig.blows import Window
from bench.rig.judge import GRACE
from bench.rig.rows import Rows

SECONDS = {
    ("in_review", "live"): 40,
    ("offered", "live"): 40,
    ("in_review", "callback"): 180,
    ("offered", "callback"): 900,
    ("parked", "live"): 30,
    ("parked", "callback"): 30,
}
RAN_OUT = "clock_ran_out"


def lateness(rows: Rows, windows: Sequence[Window] = ()) -> dict[str, Any]:
    """How many lapsed, the latest of them, and how many over two seconds, by what stood still then."""
    late: list[float] = []
    over: dict[str, int] = {}
    for referral in rows.referrals.values():
        states = rows.states.get(referral.id, [])
        for before, after in pairwise(states):
            if after.reason != RAN_OUT or after.state.value != "handed_back":
                continue
            due_at = before.at + timedelta(seconds=SECONDS[before.state.value, referral.kind.value])
            late.append((after.at - due_at).total_seconds())
            if after.at - due_at > GRACE:
                struck = sorted({w.what for w in windows if w.begun_at < after.at and w.ended_at > due_at})
                name = ", ".join(struck) or "nothing"
                over[name] = over.get(name, 0) + 1
    late.sort()
    return {
        "lapsed": len(late),
        "early_over_2s": sum(one < -GRACE.total_seconds() for one in late),
        "late_over_2s": sum(over.values()),
        "late_over_2s_while": over,
        "latest_s": round(late[-1], 2) if late else None,
        "p99_s": round(late[int(0.99 * len(late))], 2) if late else None,
    }

"""How well the screening does on labelled calls that nobody looked at while rules were written.

    script/bench triage                      the held-out calls
    script/bench triage --calls FILE.jsonl   another labelled file
    script/bench triage --keep               the held-out calls, for the page that anybody can read

Prints counts only, no words of a call: by what people decided, by language and by kind; how long a
decision takes on one core, as a share of the 300 ms after which a person reads the call instead; and
what the loaded policy and the second reader hold in memory.
"""

import argparse
import json
import resource
import time
from collections import Counter, defaultdict
from pathlib import Path
from statistics import quantiles
from typing import Any

from app import prepare_process
from app.triage.call_files import signs_of
from app.triage.measured import Measured
from app.triage.policies import shipped_policy
from app.triage.rules import BIAS_SUSPECTED, Decision, Verdict
from app.triage.screening import SLOWEST_SECONDS, screen_by

HELD_OUT = Path("tests/triage/corpora/held_out.jsonl")


def main() -> None:
    """Screen every call and print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=Path, default=HELD_OUT)
    parser.add_argument("--keep", action="store_true", help="write app/triage/measured.json")
    asked = parser.parse_args()
    if asked.keep and asked.calls != HELD_OUT:
        parser.error("Only figures of the held-out calls are kept.")
    calls = [json.loads(line) for line in asked.calls.read_text(encoding="utf-8").splitlines()]
    empty = resident_mb()
    policy = shipped_policy()
    screen_by(policy, signs_of(calls[0]))
    loaded = resident_mb()
    prepare_process()  # as a web process does once it is ready
    judged, times = [], []
    for call in calls:
        begun = time.perf_counter()
        judged.append((call, screen_by(policy, signs_of(call))))
        times.append((time.perf_counter() - begun) * 1000)
    if asked.keep:
        Measured.of(policy.version, judged).keep()
    languages: dict[str, list[Any]] = defaultdict(list)
    kinds: dict[str, list[Any]] = defaultdict(list)
    for call, verdict in judged:
        languages[call["modifiers"]["language"]].append((call, verdict))
        kinds[call.get("kind", "not told")].append((call, verdict))
    print(
        json.dumps(
            {
                "benchmark": "triage",
                "policy": policy.version,
                "speed": speed(times),
                "memory_mb": round(loaded - empty, 1),
                "all": figures(judged),
                "by_language": {name: figures(some) for name, some in sorted(languages.items())},
                "by_kind": {name: decisions(some) for name, some in sorted(kinds.items())},
            }
        )
    )


def speed(times_ms: list[float]) -> dict[str, float]:
    """Decisions a second, and how long the middle one, one in a hundred and the slowest took."""
    hundredths = quantiles(times_ms, n=100)
    return {
        "decisions_a_second": round(1000 * len(times_ms) / sum(times_ms)),
        "p50_ms": round(hundredths[49], 2),
        "p99_ms": round(hundredths[98], 2),
        "slowest_ms": round(max(times_ms), 2),
        "p99_of_the_limit": round(hundredths[98] / (SLOWEST_SECONDS * 1000), 4),
    }


def resident_mb() -> float:
    """What this process holds in memory now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1_000_000


def figures(judged: list[tuple[dict[str, Any], Verdict]]) -> dict[str, Any]:
    """What the goals ask for, as counts."""
    dangerous = [verdict for call, verdict in judged if call["expected"] == "return"]
    clear = [verdict for call, verdict in judged if call["expected"] == "accept"]
    biased = [verdict for call, verdict in judged if BIAS_SUSPECTED in call["flags"]]
    return {
        "calls": len(judged),
        "dangerous": len(dangerous),
        "dangerous_offered": sum(one.decision is Decision.OFFER for one in dangerous),
        "critical_offered": sum(
            verdict.decision is Decision.OFFER for call, verdict in judged if call["critical"]
        ),
        "clear": len(clear),
        "clear_offered": sum(one.decision is Decision.OFFER for one in clear),
        "clear_returned": sum(one.decision is Decision.RETURN for one in clear),
        "bias": len(biased),
        "bias_in_review": sum(one.decision is Decision.REVIEW for one in biased),
        "bias_flagged": sum(BIAS_SUSPECTED in one.flags for one in biased),
    }


def decisions(judged: list[tuple[dict[str, Any], Verdict]]) -> dict[str, int]:
    """How the calls of one kind were decided."""
    return dict(Counter(verdict.decision.value for _, verdict in judged))


if __name__ == "__main__":
    main()

"""What comes of the 60,563 real calls of two cities by what a centre's type and priority say of them.

    script/bench calltypes

A call without words is never offered, so each is screened with the calmest words there are, and with
every danger asked after and denied: what is offered here is the most that a type can let through.
Prints counts by nature and decision, and the types that are offered most. `../shared` holds the calls.
"""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

from app.triage.call_files import signs_of
from app.triage.policies import shipped_policy
from app.triage.screening import screen_by

CALLS = Path("../shared/data/calls/calls_public_60k.csv.gz")
CALMEST = "Two people talk. Both are calm, nobody is hurt, no weapons, no threats. They ask for a mediator."
MOST = 12


def main() -> None:
    """Screen each kind of call once, and print the figures as one JSON object."""
    with gzip.open(CALLS, "rt", encoding="utf-8") as file:
        kinds = Counter((row["city"], row["call_type"], row["priority"]) for row in csv.DictReader(file))
    decided: dict[str, Counter[str]] = {}
    offered: Counter[str] = Counter()
    without_words: Counter[str] = Counter()
    for (_, call_type, priority), count in kinds.items():
        decision, nature = decide(call_type, priority, CALMEST)
        decided.setdefault(nature, Counter())[decision] += count
        without_words[decide(call_type, priority, "")[0]] += count
        if decision == "offer":
            offered[call_type] += count
    print(
        json.dumps(
            {
                "benchmark": "calltypes",
                "policy": shipped_policy().version,
                "calls": kinds.total(),
                "types": len({call_type for _, call_type, _ in kinds}),
                "without_words": without_words,
                "by_nature": dict(sorted(decided.items())),
                "most_offered": offered.most_common(MOST),
            }
        )
    )


def decide(call_type: str, priority: str, narrative: str) -> tuple[str, str]:
    """The decision and the nature of one kind of call."""
    row = {
        "call_type": {"code": "", "text": call_type},
        "priority": priority,
        "narrative": narrative,
        "modifiers": dict.fromkeys(("weapons", "injuries", "threats"), "none"),
    }
    verdict = screen_by(shipped_policy(), signs_of(row, shipped_policy()))
    return verdict.decision.value, verdict.nature.value


if __name__ == "__main__":
    main()

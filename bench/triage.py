"""How well the screening does on labelled calls that nobody looked at while rules were written.

    script/bench triage                      the held-out calls
    script/bench triage --calls FILE.jsonl   another labelled file

Prints counts only, no words of a call: by what people decided, by language and by kind.
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from app.triage.call_files import signs_of
from app.triage.policies import shipped_policy
from app.triage.rules import Decision, Verdict
from app.triage.screening import screen_by

HELD_OUT = Path("tests/triage/corpora/held_out.jsonl")
BIAS = "bias_suspected"


def main() -> None:
    """Screen every call and print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=Path, default=HELD_OUT)
    calls = [json.loads(line) for line in parser.parse_args().calls.read_text(encoding="utf-8").splitlines()]
    policy = shipped_policy()
    screen_by(policy, signs_of(calls[0]))
    begun = time.perf_counter()
    verdicts = [screen_by(policy, signs_of(call)) for call in calls]
    seconds = time.perf_counter() - begun
    judged = list(zip(calls, verdicts, strict=True))
    languages: dict[str, list[Any]] = defaultdict(list)
    kinds: dict[str, list[Any]] = defaultdict(list)
    for call, verdict in judged:
        languages[call["modifiers"]["language"]].append((call, verdict))
        kinds[call["kind"]].append((call, verdict))
    print(
        json.dumps(
            {
                "benchmark": "triage",
                "policy": policy.version,
                "ms_a_call": round(seconds / len(calls) * 1000, 2),
                "all": figures(judged),
                "by_language": {name: figures(some) for name, some in sorted(languages.items())},
                "by_kind": {name: decisions(some) for name, some in sorted(kinds.items())},
            }
        )
    )


def figures(judged: list[tuple[dict[str, Any], Verdict]]) -> dict[str, Any]:
    """What the goals ask for, as counts."""
    dangerous = [verdict for call, verdict in judged if call["expected"] == "return"]
    clear = [verdict for call, verdict in judged if call["expected"] == "accept"]
    biased = [verdict for call, verdict in judged if BIAS in call["flags"]]
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
        "bias_flagged": sum(BIAS in one.flags for one in biased),
    }


def decisions(judged: list[tuple[dict[str, Any], Verdict]]) -> dict[str, int]:
    """How the calls of one kind were decided."""
    return dict(Counter(verdict.decision.value for _, verdict in judged))


if __name__ == "__main__":
    main()

"""How often the screening that comes with the program was right, on labelled calls nobody wrote rules by.

The counts stand in `measured.json`; `script/bench triage --keep` makes them, and a test counts again.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from app.triage.rules import BIAS_SUSPECTED, Decision, Verdict

KEPT = Path(__file__).parent / "measured.json"
_LABELS = {"return": "dangerous", "review": "doubtful", "accept": "clear"}
_SURE = 1.96
"""Standard deviations on either side of a share for 95 in 100."""


@dataclass(frozen=True)
class Decided:
    """How calls of one label were decided."""

    returned: int
    reviewed: int
    offered: int

    @property
    def count(self) -> int:
        """All of them."""
        return self.returned + self.reviewed + self.offered

    @property
    def most_offered_of_hundred(self) -> float:
        """How many of a hundred may be offered, as far as so few calls can tell (95 %, Wilson 1927)."""
        n, share = self.count, self.offered / self.count
        middle = share + _SURE**2 / (2 * n)
        width = _SURE * math.sqrt(share * (1 - share) / n + _SURE**2 / (4 * n * n))
        return 100 * (middle + width) / (1 + _SURE**2 / n)


@dataclass(frozen=True)
class Measured:
    """The counts for one version: whole, by language, and of calls about people who are only there."""

    policy: str
    by_label: dict[str, Decided]
    by_language: dict[str, dict[str, Decided]]
    bias: Decided

    @classmethod
    def of(cls, policy: str, judged: Iterable[tuple[dict[str, Any], Verdict]]) -> Self:
        """Count decided calls by what people say of them: dangerous, doubtful or clear."""
        every = list(judged)
        languages = sorted({call["modifiers"]["language"] for call, _ in every})
        return cls(
            policy,
            _by_label(every),
            {
                language: _by_label([one for one in every if one[0]["modifiers"]["language"] == language])
                for language in languages
            },
            _decided(verdict for call, verdict in every if BIAS_SUSPECTED in call["flags"]),
        )

    def keep(self) -> None:
        """Write the counts where the program reads them."""
        KEPT.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


@cache
def kept() -> Measured:
    """The counts that come with this version of the program."""
    told = json.loads(KEPT.read_text(encoding="utf-8"))
    return Measured(
        told["policy"],
        {label: Decided(**counts) for label, counts in told["by_label"].items()},
        {
            language: {label: Decided(**counts) for label, counts in labels.items()}
            for language, labels in told["by_language"].items()
        },
        Decided(**told["bias"]),
    )


def _by_label(judged: Iterable[tuple[dict[str, Any], Verdict]]) -> dict[str, Decided]:
    every = list(judged)
    return {
        label: _decided(verdict for call, verdict in every if call["expected"] == expected)
        for expected, label in _LABELS.items()
        if any(call["expected"] == expected for call, _ in every)
    }


def _decided(verdicts: Iterable[Verdict]) -> Decided:
    counts = Counter(verdict.decision for verdict in verdicts)
    return Decided(counts[Decision.RETURN], counts[Decision.REVIEW], counts[Decision.OFFER])

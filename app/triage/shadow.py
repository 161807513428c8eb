"""Replaying calls by another policy than the one in force: what would change, and for whom."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.triage.call_files import signs_of
from app.triage.policy import Policy
from app.triage.rules import Decision, Verdict
from app.triage.screening import screen_by


class Flip(NamedTuple):
    """A call that would be decided differently."""

    call_id: str
    before: Verdict
    after: Verdict
    narrative: str


@dataclass
class Replay:
    """What came of replaying calls by two policies."""

    now: str
    then: str
    count: int = 0
    changes: dict[str, Counter[tuple[str, Decision, Decision]]] = field(default_factory=dict)
    """By "nature", "language" and "kind": how often each value went from one decision to another."""
    flips: list[Flip] = field(default_factory=list)

    @property
    def offered_anew(self) -> int:
        """Calls that only the other policy would offer: each one is to be read before it comes into force."""
        return sum(flip.after.decision is Decision.OFFER for flip in self.flips)

    def lines(self, *, with_words: bool) -> Iterator[str]:
        """The result as lines to read. Words of a call only where they are asked for."""
        yield f"{self.count} calls, policy {self.now} against {self.then}."
        yield f"{len(self.flips)} would be decided differently."
        yield f"{self.offered_anew} of them would be offered and are not now. Read each of these."
        for by, changes in self.changes.items():
            for (value, before, after), count in sorted(changes.items(), key=lambda one: (-one[1], one[0])):
                yield f"  {by} {value}: {before} to {after}, {count}"
        for flip in self.flips:
            yield f"{flip.call_id}: {_said(flip.before)} to {_said(flip.after)}"
            if with_words:
                yield f"    {flip.narrative}"


def _said(verdict: Verdict) -> str:
    return f"{verdict.decision} ({verdict.first_code or 'nothing against'})"


def replay(calls: Iterable[dict[str, Any]], *, now: Policy, then: Policy) -> Replay:
    """Screen every call by both policies."""
    result = Replay(now.version, then.version)
    for call in calls:
        result.count += 1
        signs = signs_of(call)
        before, after = screen_by(now, signs), screen_by(then, signs)
        if before.decision is after.decision:
            continue
        result.flips.append(Flip(call["id"], before, after, signs.narrative))
        kinds = {
            "nature": before.nature.value,
            "language": signs.language or "not told",
            "kind": str(call.get("kind") or "not told"),
        }
        for by, value in kinds.items():
            changes = result.changes.setdefault(by, Counter())
            changes[value, before.decision, after.decision] += 1
    return result

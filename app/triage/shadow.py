"""Replaying calls by another policy than the one in force: what would change, and for whom. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from app.triage.policy import Policy
from app.triage.rules import Decision, Verdict
from app.triage.screening import screen_by
from app.triage.signs import Signs

NOT_TOLD = ""
"""Among the groups of a call: nobody said, or it lies in no area."""


class ShadowCall(NamedTuple):
    """A call to read by two policies."""

    call_id: str
    groups: Mapping[str, str]
    """What it is counted by, beside its nature: language, area, hour, kind."""
    signs_by: Callable[[Policy], Signs]
    """A policy says what the call's type means, too."""
    words: str = ""
    """Shown beside a change, where somebody may read them; never kept."""


class Flip(NamedTuple):
    """A call that would be decided differently."""

    call_id: str
    before: Decision
    before_code: str
    after: Decision
    after_code: str
    nature: str
    groups: dict[str, str]
    words: str = ""


KEPT_FLIPS = 300


@dataclass
class Replay:
    """What came of replaying calls by two policies."""

    now: str
    then: str
    count: int = 0
    changed: int = 0
    offered_anew: int = 0
    """Calls that only the other policy would offer: each one is to be read before it comes into force."""
    changes: dict[str, Counter[tuple[str, Decision, Decision]]] = field(default_factory=dict)
    """By nature, language, area, hour and kind: how often each value went from one decision to another."""
    flips: list[Flip] = field(default_factory=list)
    more_offered: list[str] = field(default_factory=list)
    """The ids of calls offered anew that are past those which are kept with their reasons."""

    def take(self, call: ShadowCall, now: Policy, then: Policy) -> None:
        """Read one call by both."""
        self.count += 1
        before, after = screen_by(now, call.signs_by(now)), screen_by(then, call.signs_by(then))
        if before.decision is after.decision:
            return
        self.changed += 1
        self.offered_anew += after.decision is Decision.OFFER
        self.flips.append(_flip(call, before, after))
        for by, value in {"nature": before.nature.value, **call.groups}.items():
            self.changes.setdefault(by, Counter())[value, before.decision, after.decision] += 1

    def values(self) -> dict[str, Any]:
        """As it is kept between two pieces of work: no words, and of the changes those to read first."""
        in_order = sorted(self.flips, key=lambda flip: flip.after is not Decision.OFFER)
        first, others = in_order[:KEPT_FLIPS], in_order[KEPT_FLIPS:]
        more = [flip.call_id for flip in others if flip.after is Decision.OFFER]
        return {
            "now": self.now,
            "then": self.then,
            "count": self.count,
            "changed": self.changed,
            "offered_anew": self.offered_anew,
            "changes": {
                by: [[*change, count] for change, count in sorted(counts.items())]
                for by, counts in self.changes.items()
            },
            "flips": [flip._replace(words="")._asdict() for flip in first],
            "more_offered": [*self.more_offered, *more],
        }

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        changes = {
            by: Counter(
                {(value, Decision(before), Decision(after)): count for value, before, after, count in rows}
            )
            for by, rows in values["changes"].items()
        }
        flips = [
            Flip(**flip | {"before": Decision(flip["before"]), "after": Decision(flip["after"])})
            for flip in values["flips"]
        ]
        counts = {name: values[name] for name in ("now", "then", "count", "changed", "offered_anew")}
        return cls(**counts, changes=changes, flips=flips, more_offered=list(values.get("more_offered", ())))

    def lines(self, *, with_words: bool) -> Iterator[str]:
        """The result as lines to read. Words of a call only where they are asked for."""
        yield f"{self.count} calls, policy {self.now} against {self.then}."
        yield f"{self.changed} would be decided differently."
        yield f"{self.offered_anew} of them would be offered and are not now. Read each of these."
        for by, changes in self.changes.items():
            for (value, before, after), count in sorted(changes.items(), key=lambda one: (-one[1], one[0])):
                yield f"  {by} {value or 'not told'}: {before} to {after}, {count}"
        for flip in self.flips:
            yield f"{flip.call_id}: {_said(flip.before, flip.before_code)} to " + (
                _said(flip.after, flip.after_code)
            )
            if with_words and flip.words:
                yield f"    {flip.words}"


def replay(calls: Iterable[ShadowCall], *, now: Policy, then: Policy) -> Replay:
    """Read every call by both policies."""
    result = Replay(now.version, then.version)
    for call in calls:
        result.take(call, now, then)
    return result


def _flip(call: ShadowCall, before: Verdict, after: Verdict) -> Flip:
    return Flip(
        call.call_id,
        before.decision,
        before.first_code,
        after.decision,
        after.first_code,
        before.nature.value,
        dict(call.groups),
        call.words,
    )


def _said(decision: Decision, code: str) -> str:
    return f"{decision} ({code or 'nothing against'})"

"""Reading a narrative by a policy: what it tells of, where, and how each thing stands."""

from dataclasses import dataclass
from functools import cached_property

from app.triage.assertion import Status, Statuses
from app.triage.clauses import Marks, marks_of
from app.triage.phrases import Text
from app.triage.policy import Kind, Policy, PolicyPhrase, Then
from app.triage.words import Word, words_of

_EXPLAINS = frozenset({Kind.BENIGN, Kind.SAFE})
# Who, where and about what: a denial or a doubt beside them changes nothing.
_HOWEVER_TOLD = frozenset({Kind.DESCRIPTOR, Kind.PRESENCE, Kind.IDENTITY, Kind.TOPIC})
_EXPLAINED = frozenset({Kind.DANGER, Kind.ALARM, Kind.DOUBT, Kind.DESCRIPTOR})


@dataclass(frozen=True)
class Finding:
    """A phrase of the policy in a narrative: on which words [first, last), and how it stands."""

    phrase: PolicyPhrase
    first: int
    last: int
    status: Status
    is_explained: bool

    @property
    def then(self) -> Then:
        """What it asks for."""
        return Then.NOTHING if self.is_explained else self.phrase.concept.when[self.status]


@dataclass(frozen=True)
class Reading:
    """What a policy finds in one narrative."""

    words: list[Word]
    marks: Marks
    findings: tuple[Finding, ...]

    def of(self, *kinds: Kind) -> list[Finding]:
        """The findings of some kinds that stand as told, by place."""
        return [
            one
            for one in self.findings
            if one.phrase.concept.kind in kinds
            and (one.status is Status.ASSERTED or one.phrase.concept.kind in _HOWEVER_TOLD)
            and not one.is_explained
        ]

    def asking(self, then: Then) -> list[Finding]:
        """The findings that ask for something, by place; none inside a longer one of the same reason."""
        found = [one for one in self.findings if one.then is then]
        return [one for one in found if not any(_is_inside(one, other) for other in found)]

    @cached_property
    def told_count(self) -> int:
        """How many words tell what goes on: "no weapons" tells nothing of it."""
        settled = {
            number
            for one in self.findings
            if one.phrase.concept.settles
            for number in range(one.first, one.last)
        }
        return len(self.words) - len(settled)

    def span(self, finding: Finding) -> tuple[int, int]:
        """Where a finding stands in the text as it was written."""
        return self.words[finding.first].start, self.words[finding.last - 1].end


def _is_inside(one: Finding, other: Finding) -> bool:
    """Whether another finding says the same of more words, or came first of the same words."""
    return (
        other is not one
        and one.phrase.concept.reason == other.phrase.concept.reason
        and other.first <= one.first
        and one.last <= other.last
        and (other.last - other.first > one.last - one.first or other.phrase.rule < one.phrase.rule)
    )


def read(narrative: str, policy: Policy) -> Reading:
    """Everything the policy knows that stands in a narrative."""
    words = words_of(narrative)
    marks = marks_of(narrative, words)
    text = Text(words, marks.ends)
    cues = [(policy.cues[found.number][0], found) for found in policy.cue_finder.find(text)]
    statuses = Statuses(cues, marks, len(words))
    found = [(policy.phrases[one.number], one) for one in policy.finder.find(text)]
    explained = {
        (one.first, one.last, number)
        for phrase, one in found
        if phrase.concept.kind in _EXPLAINS
        for number in range(one.first, one.last)
    }
    lengths: dict[int, int] = {}
    for first, last, number in explained:
        lengths[number] = max(lengths.get(number, 0), last - first)
    return Reading(
        words,
        marks,
        tuple(
            Finding(
                phrase,
                one.first,
                one.last,
                statuses.status(one.first, one.last, denies_itself=phrase.denies_itself),
                phrase.concept.kind in _EXPLAINED and _is_covered(one.first, one.last, lengths),
            )
            for phrase, one in found
        ),
    )


def _is_covered(first: int, last: int, lengths: dict[int, int]) -> bool:
    """Whether a longer phrase that explains stands on all of these words."""
    return all(lengths.get(number, 0) >= max(last - first, 2) for number in range(first, last))

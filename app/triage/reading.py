"""Reading a narrative by a policy: what it tells of, where, and how each thing stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from app.triage.assertion import Cue, Status, Statuses
from app.triage.clauses import Marks, marks_of, sentences
from app.triage.phrases import Found, Text
from app.triage.policy import TOWARD_DANGER, Kind, Policy, PolicyPhrase, Then
from app.triage.words import Word, words_of

_DENIALS = frozenset({Cue.DENIAL, Cue.DENIAL_AFTER})
_NO_APOSTROPHE = str.maketrans("", "", "'’")
_EXPLAINS = frozenset({Kind.BENIGN, Kind.SAFE})
HOWEVER_TOLD = frozenset({Kind.DESCRIPTOR, Kind.PRESENCE, Kind.IDENTITY, Kind.TOPIC})
"""Who, where and about what: a denial or a doubt beside them changes nothing."""
_EXPLAINED = frozenset({Kind.DANGER, Kind.ALARM, Kind.DOUBT, Kind.DESCRIPTOR})


@dataclass(frozen=True)
class Finding:
    """A phrase of the policy in a narrative: on which words [first, last), and how it stands."""

    phrase: PolicyPhrase
    first: int
    last: int
    status: Status
    is_explained: bool
    read_as: str = ""
    """What the misspelt words in it were read as."""

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
            and (one.status is Status.ASSERTED or one.phrase.concept.kind in HOWEVER_TOLD)
            and not one.is_explained
        ]

    def asking(self, then: Then) -> list[Finding]:
        """The findings that ask for something, by place; none inside a longer one of the same reason.

        Of two on the same words the first rule by name. One pass: a hostile text holds thousands.
        """
        found = [one for one in self.findings if one.then is then]
        widest_first = sorted(
            range(len(found)), key=lambda at: (found[at].first, -found[at].last, found[at].phrase.rule)
        )
        told: list[int] = []
        reached: dict[str, int] = {}
        for at in widest_first:
            reason = found[at].phrase.concept.reason
            if found[at].last > reached.get(reason, 0):
                reached[reason] = found[at].last
                told.append(at)
        return [found[at] for at in sorted(told)]

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


def read(narrative: str, policy: Policy) -> Reading:
    """Everything the policy knows that stands in a narrative.

    Misspelt words may only add a danger, an alarm or a doubt: cues and what explains count as written.
    A disguise counts toward danger alone too: "n0ne" denies nothing, and explains nothing.
    """
    words = words_of(narrative)
    marks = marks_of(narrative, words)
    text = Text(words, marks.ends)
    disguised = {number for number, word in enumerate(words) if _is_disguised(word, narrative)}
    cues = [
        (policy.cues[one.number][0], one)
        for one in policy.cue_finder.find(text)
        if policy.cues[one.number][0] not in _DENIALS or _is_clear(one, disguised)
    ]
    statuses = Statuses(cues, marks, len(words))
    found = [
        one
        for one in policy.finder.find(text)
        if policy.phrases[one.number].concept.kind not in _EXPLAINS or _is_clear(one, disguised)
    ]
    explained = _explained(found, policy, statuses.stories)
    told = dict.fromkeys(found, "")
    if meant := policy.speller.meant_in(narrative, words, marks):
        told = dict(_misspelt(words, marks, meant, policy)) | told
    return Reading(
        words,
        marks,
        tuple(
            Finding(
                phrase := policy.phrases[one.number],
                one.first,
                one.last,
                statuses.status(
                    one.first,
                    one.last,
                    denies_itself=phrase.denies_itself,
                    is_danger=phrase.concept.kind is Kind.DANGER,
                    is_calm=phrase.concept.kind is Kind.SAFE,
                ),
                phrase.concept.kind in _EXPLAINED and _is_covered(one.first, one.last, explained),
                read_as,
            )
            for one, read_as in sorted(told.items(), key=_place)
        ),
    )


def _is_disguised(word: Word, text: str) -> bool:
    """Whether a word is read as letters and was not written in letters alone."""
    letters = word.folded.replace("'", "")
    return letters.isalpha() and not text[word.start : word.end].translate(_NO_APOSTROPHE).isalpha()


def _is_clear(found: Found, disguised: set[int]) -> bool:
    return disguised.isdisjoint(range(found.first, found.last))


def _place(told: tuple[Found, str]) -> tuple[int, int, int]:
    return told[0].first, -told[0].last, told[0].number


def _misspelt(
    words: Sequence[Word], marks: Marks, meant: Mapping[int, str], policy: Policy
) -> Iterator[tuple[Found, str]]:
    """What the policy finds toward danger where misspelt words are read as they are meant."""
    around = (one for one in sentences(len(words), marks) if not meant.keys().isdisjoint(one))
    numbers = list(chain.from_iterable(around))
    text = Text(
        [words[number]._replace(folded=meant.get(number, words[number].folded)) for number in numbers],
        frozenset(at for at, number in enumerate(numbers) if number in marks.ends),
    )
    for one in policy.finder.find(text):
        found = Found(one.number, numbers[one.first], numbers[one.last - 1] + 1)
        read_as = [meant[number] for number in range(found.first, found.last) if number in meant]
        if read_as and policy.phrases[one.number].concept.kind in TOWARD_DANGER:
            yield found, " ".join(read_as)


def _explained(found: Iterable[Found], policy: Policy, stories: Set[int]) -> dict[int, int]:
    """By word, how long the longest phrase is that explains it. None reaches from one story into another.

    A phrase explains its own words alone: in "saw him stab her today" it is not "saw .. today" that stabs.
    """
    lengths: dict[int, int] = {}
    for one in found:
        is_of_one = stories.isdisjoint(range(one.first, one.last - 1))
        if is_of_one and policy.phrases[one.number].concept.kind in _EXPLAINS:
            for number in one.own:
                lengths[number] = max(lengths.get(number, 0), one.last - one.first)
    return lengths


def _is_covered(first: int, last: int, lengths: Mapping[int, int]) -> bool:
    """Whether a longer phrase that explains stands on all of these words."""
    return all(lengths.get(number, 0) >= max(last - first, 2) for number in range(first, last))

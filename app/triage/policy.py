"""A policy, ready to read narratives with: its phrases by concept, its cues and its limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from app.referrals.natures import Nature
from app.roster.lanes import Lane
from app.triage.assertion import Cue, Status
from app.triage.call_types import CallTypes
from app.triage.misspelling import Speller, speller_of
from app.triage.phrases import Finder, Phrase

READ_WHOLE = frozenset({"en", "es"})
"""Of the others only danger words are known."""
LEAST_LETTERS = 3  # of a beginning: fewer begin too many words


class Kind(StrEnum):
    """What a concept is to the screening."""

    DANGER = "danger"
    DOUBT = "doubt"
    """A person must weigh it, whatever else is told."""
    ALARM = "alarm"
    """An action, a thing handled, a state of a body, a hazard, a helpless person: needs an explanation."""
    SAFE = "safe"
    """Evidence for an offer: never an override."""
    BENIGN = "benign"
    """Explains its own words ("dead battery"); says nothing of the rest."""
    DESCRIPTOR = "descriptor"
    """Who somebody is or seems to be. Raises nothing by itself."""
    PRESENCE = "presence"
    """Being somewhere: standing, walking, looking."""
    IDENTITY = "identity"
    """A reason that is no conduct: "doesn't belong here"."""
    CONDUCT = "conduct"
    """Something done that a call can be about."""
    TOPIC = "topic"
    """What a call is about; its reason is a nature."""


TOWARD_DANGER = frozenset({Kind.DANGER, Kind.ALARM, Kind.DOUBT})
"""What a misspelt word may be read as."""


class Then(StrEnum):
    """What a finding asks for."""

    RETURN = "return"
    REVIEW = "review"
    CARE = "care"
    """The second reader, who weighs the whole, must be surer than it otherwise has to be."""
    NOTHING = "nothing"


@dataclass(frozen=True)
class Concept:
    """One idea that many phrases tell of, and what each way to tell of it asks for."""

    name: str
    kind: Kind
    reason: str
    when: Mapping[Status, Then]
    settles: frozenset[str] = frozenset()
    """The questions of danger that this answers with "no"."""


@dataclass(frozen=True)
class Limits:
    """The figures of a policy."""

    narrative_words: int
    """Fewer words than this, denials apart, tell too little."""
    narrative_characters: int
    """As many as this, and the rest may have been cut off."""
    evidence: int
    """So many kinds of evidence for calm are needed for an offer."""
    evidence_unasked: int
    """And so many where a question of danger was not asked."""
    languages: frozenset[str]
    """The languages that the policy can read a narrative in."""


@dataclass(frozen=True)
class NatureRule:
    """What a policy says of one nature of call."""

    lanes: tuple[Lane, ...]
    """Who may answer, the fitting one first; none: never ours."""
    settle: frozenset[str]
    """The questions of danger that must have a "no"."""
    call_back_minutes: int
    arrive_minutes: int
    auto_accept: bool


@dataclass(frozen=True)
class PolicyPhrase:
    """A phrase of a concept, with an example that must be found and one that must not."""

    rule: str
    """`concept.number`, as a decision names it."""
    concept: Concept
    language: str
    text: str
    example: str
    counter_example: str
    denies_itself: bool
    phrase: Phrase


@dataclass(frozen=True)
class Policy:
    """One version of the policy."""

    version: str
    phrases: Sequence[PolicyPhrase]
    cues: Sequence[tuple[Cue, Phrase]]
    limits: Limits
    natures: Mapping[Nature, NatureRule]
    call_types: CallTypes

    def make_ready(self) -> None:
        """Make the finders and the speller, which a process needs once."""
        self.finder, self.cue_finder, self.speller, self.beginnings  # noqa: B018 - made when first asked for

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """What a word that names a danger by itself may be cut down to: "kni", "pisto"."""
        alone = (one.phrase for one in self.phrases if one.concept.kind in TOWARD_DANGER)
        named = {word for one in alone if len(one.parts) == 1 for word in one.parts[0].words}
        return frozenset(word[:size] for word in named for size in range(LEAST_LETTERS, len(word)))

    @cached_property
    def finder(self) -> Finder:
        """Finds the phrases."""
        return Finder([one.phrase for one in self.phrases])

    @cached_property
    def cue_finder(self) -> Finder:
        """Finds the cues."""
        return Finder([phrase for _, phrase in self.cues])

    @cached_property
    def speller(self) -> Speller:
        """Reads misspelt words as dangers, in the languages that are read whole."""
        read_whole = [one for one in self.phrases if one.language in READ_WHOLE]
        dangers = [one.phrase for one in read_whole if one.concept.kind in TOWARD_DANGER]
        return speller_of(dangers, [*self.finder.phrases, *self.cue_finder.phrases])

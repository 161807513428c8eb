"""A policy, ready to read narratives with: its phrases by concept, its cues and its limits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from app.referrals.natures import Nature
from app.roster.lanes import Lane
from app.triage.assertion import Cue, Status
from app.triage.call_types import CallTypes
from app.triage.phrases import BadPhrase, Finder, Phrase, read_phrase

QUESTIONS = frozenset({"weapons", "injuries", "threats"})
LANGUAGES = ("en", "es", "ko", "tl", "hy", "zh", "fa")


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


class Then(StrEnum):
    """What a finding asks for."""

    RETURN = "return"
    REVIEW = "review"
    CARE = "care"
    """The second reader, who weighs the whole, must be surer than it otherwise has to be."""
    NOTHING = "nothing"


_R, _V, _C, _N = Then.RETURN, Then.REVIEW, Then.CARE, Then.NOTHING
# By kind: asserted, uncertain, hypothetical, past, quoted, negated.
_USUALLY: dict[Kind, tuple[Then, ...]] = {
    Kind.DANGER: (_R, _V, _V, _C, _C, _N),
    Kind.DOUBT: (_V, _V, _V, _C, _N, _N),
    Kind.ALARM: (_C, _C, _C, _C, _N, _N),
}
_STATUSES = (
    Status.ASSERTED,
    Status.UNCERTAIN,
    Status.HYPOTHETICAL,
    Status.PAST,
    Status.QUOTED,
    Status.NEGATED,
)


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
        """Make the finders, which a process needs once."""
        self.finder, self.cue_finder  # noqa: B018 - made when first asked for

    @cached_property
    def finder(self) -> Finder:
        """Finds the phrases."""
        return Finder([one.phrase for one in self.phrases])

    @cached_property
    def cue_finder(self) -> Finder:
        """Finds the cues."""
        return Finder([phrase for _, phrase in self.cues])


class BadPolicy(ValueError):
    """A document that is no policy; says where, never what a narrative said."""


def policy_from(document: Mapping[str, Any]) -> Policy:
    """The policy of a document. Raises `BadPolicy` with every fault, one a line."""
    faults: list[str] = []
    try:
        policy = _policy_from(document, faults)
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise BadPolicy("\n".join([*faults, f"{type(problem).__name__}: {problem}"])) from problem
    if missing := set(Nature) - set(policy.natures):
        faults.append(f"natures: {', '.join(sorted(missing))} missing")
    if faults:
        raise BadPolicy("\n".join(faults))
    return policy


def _policy_from(document: Mapping[str, Any], faults: list[str]) -> Policy:
    lists = document["lists"]
    return Policy(
        version=str(document["version"]),
        phrases=list(_phrases(document["concepts"], lists, faults)),
        cues=[
            (Cue(kind), phrase)
            for kind, texts in document["cues"].items()
            for text in list(texts)
            for phrase in _read(text, lists, f"cues, {kind}", faults)
        ],
        limits=_limits(document),
        natures={Nature(name): _nature_rule(entry) for name, entry in document["natures"].items()},
        call_types=CallTypes(document["call_types"]),
    )


def _nature_rule(entry: Mapping[str, Any]) -> NatureRule:
    return NatureRule(
        **dict(entry) | {"lanes": tuple(map(Lane, entry["lanes"])), "settle": frozenset(entry["settle"])}
    )


def _limits(document: Mapping[str, Any]) -> Limits:
    limits = dict(document["limits"])
    return Limits(**limits | {"languages": frozenset(limits["languages"])})


def _phrases(
    concepts: Sequence[Mapping[str, Any]], lists: Mapping[str, Sequence[str]], faults: list[str]
) -> Iterator[PolicyPhrase]:
    names: set[str] = set()
    for entry in concepts:
        name = str(entry.get("concept"))
        if name in names:
            faults.append(f"{name}: comes twice")
        names.add(name)
        if not entry.get("phrases"):
            faults.append(f"{name}: no phrases")
        if unknown := set(entry.get("settles") or ()) - QUESTIONS:
            faults.append(f"{name}: settles no question {', '.join(sorted(unknown))}")
        try:
            if Kind(entry["kind"]) is Kind.TOPIC:
                Nature(entry["reason"])
            kind = Kind(entry["kind"])
            usually = _USUALLY.get(kind, (_N,) * len(_STATUSES))
            when = dict(zip(_STATUSES, usually, strict=True))
            when |= {Status(status): Then(then) for status, then in (entry.get("when") or {}).items()}
        except (KeyError, ValueError) as problem:
            faults.append(f"{name}: {problem}")
            continue
        concept = Concept(
            name, kind, str(entry.get("reason") or name), when, frozenset(entry.get("settles") or ())
        )
        for number, line in enumerate(entry.get("phrases") or [], 1):
            rule = f"{name}.{number}"
            language = next((one for one in LANGUAGES if one in line), None)
            if language is None or not line.get("is") or not line.get("not"):
                faults.append(f"{rule}: a language, an example (is) and a counter-example (not) are needed")
                continue
            for phrase in _read(str(line[language]), lists, rule, faults):
                yield PolicyPhrase(
                    rule,
                    concept,
                    language,
                    str(line[language]),
                    str(line["is"]),
                    str(line["not"]),
                    bool(line.get("denies_itself")),
                    phrase,
                )


def _read(text: str, lists: Mapping[str, Sequence[str]], where: str, faults: list[str]) -> list[Phrase]:
    try:
        return [read_phrase(str(text), lists)]
    except BadPhrase as bad:
        faults.append(f"{where}: cannot read {bad}")
        return []

"""A policy from its document, and what is wrong with one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.referrals.natures import Nature
from app.roster.lanes import Lane
from app.triage.assertion import Cue, Status
from app.triage.call_types import CallTypes
from app.triage.phrases import BadPhrase, Phrase, read_phrase
from app.triage.policy import READ_WHOLE, Concept, Kind, Limits, NatureRule, Policy, PolicyPhrase, Then

QUESTIONS = frozenset({"weapons", "injuries", "threats"})
LANGUAGES = ("en", "es", "ko", "tl", "hy", "zh", "fa")
NEVER_OURS = frozenset({Nature.DANGER, Nature.PARTNER})
"""Whatever a policy says: a couple goes to an advocate, a danger back to dispatch."""
LIMIT_RANGES = {
    "narrative_words": (1, 50),
    "narrative_characters": (1_000, 8_192),
    "evidence": (1, 5),
    "evidence_unasked": (1, 5),
}
LONGEST_MINUTES = 20_160
"""Two weeks."""

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
        limits=_limits(document, faults),
        natures=_nature_rules(document["natures"], faults),
        call_types=CallTypes(document["call_types"]),
    )


def _nature_rules(entries: Mapping[str, Any], faults: list[str]) -> dict[Nature, NatureRule]:
    rules = {
        Nature(name): NatureRule(
            **dict(entry) | {"lanes": tuple(map(Lane, entry["lanes"])), "settle": frozenset(entry["settle"])}
        )
        for name, entry in entries.items()
    }
    for nature, rule in rules.items():
        if unknown := rule.settle - QUESTIONS:
            faults.append(f"{nature}: no question {', '.join(sorted(unknown))}")
        if rule.lanes and nature in NEVER_OURS:
            faults.append(f"{nature}: nobody of ours may answer it")
        if not (0 <= rule.call_back_minutes <= LONGEST_MINUTES >= rule.arrive_minutes >= 0):
            faults.append(f"{nature}: minutes from 0 to {LONGEST_MINUTES}")
        if rule.auto_accept:
            faults.append(f"{nature}: a person accepts each call")
    return rules


def _limits(document: Mapping[str, Any], faults: list[str]) -> Limits:
    entries = dict(document["limits"])
    limits = Limits(**entries | {"languages": frozenset(entries["languages"])})
    for name, (least, most) in LIMIT_RANGES.items():
        if not least <= getattr(limits, name) <= most:
            faults.append(f"limits, {name}: from {least} to {most}")
    if limits.evidence_unasked < limits.evidence:
        faults.append("limits, evidence_unasked: as much as evidence at least")
    if unread := limits.languages - READ_WHOLE:
        faults.append(f"limits, languages: not read whole {', '.join(sorted(unread))}")
    return limits


def _phrases(
    concepts: Sequence[Mapping[str, Any]], lists: Mapping[str, Sequence[str]], faults: list[str]
) -> Iterator[PolicyPhrase]:
    names: set[str] = set()
    for entry in concepts:
        name = str(entry.get("concept"))
        if name in names:
            faults.append(f"{name}: comes twice")
        names.add(name)
        if concept := _concept(name, entry, faults):
            for number, line in enumerate(entry.get("phrases") or [], 1):
                if not line.get("retired"):
                    yield from _phrase(f"{name}.{number}", concept, line, lists, faults)


def _concept(name: str, entry: Mapping[str, Any], faults: list[str]) -> Concept | None:
    if all(line.get("retired") for line in entry.get("phrases") or ()):
        faults.append(f"{name}: no phrases")
    if unknown := set(entry.get("settles") or ()) - QUESTIONS:
        faults.append(f"{name}: settles no question {', '.join(sorted(unknown))}")
    try:
        kind = Kind(entry["kind"])
        if kind is Kind.TOPIC:
            Nature(entry["reason"])
        usually = _USUALLY.get(kind, (_N,) * len(_STATUSES))
        when = dict(zip(_STATUSES, usually, strict=True))
        when |= {Status(status): Then(then) for status, then in (entry.get("when") or {}).items()}
    except (KeyError, ValueError) as problem:
        faults.append(f"{name}: {problem}")
        return None
    return Concept(name, kind, str(entry.get("reason") or name), when, frozenset(entry.get("settles") or ()))


def _phrase(
    rule: str,
    concept: Concept,
    line: Mapping[str, Any],
    lists: Mapping[str, Sequence[str]],
    faults: list[str],
) -> Iterator[PolicyPhrase]:
    language = next((one for one in LANGUAGES if one in line), None)
    if language is None or not line.get("is") or not line.get("not"):
        faults.append(f"{rule}: a language, an example (is) and a counter-example (not) are needed")
        return
    text, examples = str(line[language]), (str(line["is"]), str(line["not"]))
    for phrase in _read(text, lists, rule, faults):
        denies_itself = bool(line.get("denies_itself"))
        yield PolicyPhrase(rule, concept, language, text, *examples, denies_itself, phrase)


def _read(text: str, lists: Mapping[str, Sequence[str]], where: str, faults: list[str]) -> list[Phrase]:
    try:
        return [read_phrase(str(text), lists)]
    except BadPhrase as bad:
        faults.append(f"{where}: cannot read {bad}")
        return []

"""The screening: offer, review or return, with every reason. Pure: no database, no clock.

Danger first, then what nobody has told us or cannot be explained, then whether anything speaks
for sending unarmed people. Any danger outweighs any number of good signs; unknown is never
"no"; nothing here can accept a call. Sources: triage.md 5 and 6, security.md D.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from app.referrals.natures import Nature
from app.triage.assertion import Status
from app.triage.bias import WANTS_POLICE, only_somebody_being_there
from app.triage.legibility import unclear
from app.triage.policy import Kind, Policy, Then
from app.triage.reading import Finding, Reading, read
from app.triage.second_reader import Opinion, SecondReader
from app.triage.signs import Answer, Relation, Signs, Wish, is_urgent
from app.triage.topics import nature_of


class Decision(StrEnum):
    """What the screening proposes. Ordered by caution: a later screening may only go up."""

    OFFER = "offer"
    REVIEW = "review"
    RETURN = "return"


_CAUTION = {Decision.OFFER: 0, Decision.REVIEW: 1, Decision.RETURN: 2}


class Weight(StrEnum):
    """Whether a reason speaks against sending unarmed people, or for it."""

    AGAINST = "against"
    FOR = "for"


class Reason(NamedTuple):
    """One reason: its code, what it asks for, and the words and the rule it stands on, if any."""

    code: str
    weight: Weight
    decision: Decision = Decision.OFFER
    start: int | None = None
    end: int | None = None
    rule: str = ""
    status: str = ""
    read_as: str = ""
    """The policy's own words that misspelt ones were read as."""


@dataclass(frozen=True)
class Verdict:
    """What one reading of a referral came to."""

    decision: Decision
    reasons: tuple[Reason, ...]
    policy_version: str
    nature: Nature = Nature.OTHER
    flags: frozenset[str] = field(default_factory=frozenset)

    @property
    def first_code(self) -> str:
        """The reason against that decided, for dispatch; an offer has none."""
        deciding = (one for one in self.reasons if one.decision is self.decision)
        return next((one.code for one in deciding if one.weight is Weight.AGAINST), "")


def screen(signs: Signs, policy: Policy, second_reader: SecondReader) -> Verdict:
    """Read a referral once and say what to do with it, and why."""
    reading = read(signs.narrative, policy)
    nature = nature_of(signs, reading)
    told = replace(signs, nature=nature)
    reasons = [
        *_dangers(told, reading),
        *_unknowns(told, reading, policy),
        *_illegible(told, reading, policy, second_reader),
        *_second_thoughts(second_reader.read(reading.words, is_asked=_is_asked(told)), reading),
        *_good_signs(told, reading),
    ]
    is_bias = only_somebody_being_there(reading)
    if is_bias:
        reasons = [_against(BIAS_SUSPECTED, Decision.REVIEW), *map(_asked_first, reasons)]
    decision = max((reason.decision for reason in reasons), key=_CAUTION.__getitem__, default=Decision.REVIEW)
    flags = frozenset({BIAS_SUSPECTED} if is_bias else ())
    return Verdict(decision, tuple(reasons), policy.version, nature, flags)


def _asked_first(reason: Reason) -> Reason:
    return reason._replace(decision=Decision.REVIEW) if reason.code == WANTS_POLICE else reason


BIAS_SUSPECTED = "bias_suspected"
SECOND_READER = "second_reader"


def raised(verdict: Verdict, code: str, decision: Decision) -> Verdict:
    """A verdict with one more reason against. It can only become more careful."""
    return replace(
        verdict,
        decision=more_careful(verdict.decision, decision),
        reasons=(*verdict.reasons, _against(code, decision)),
    )


def more_careful(one: Decision, other: Decision) -> Decision:
    """The more careful of two decisions: what was raised is never lowered by software."""
    return most_careful(one, other)


def most_careful(*decisions: Decision) -> Decision:
    """The most careful of several."""
    return max(decisions, key=_CAUTION.__getitem__)


_RETURN_ANSWERS = ("weapons", "injuries", "threats", "children_at_risk")


def _dangers(signs: Signs, reading: Reading) -> Iterator[Reason]:
    """Any one of these and the call goes back: police or an ambulance go now."""
    yield from (
        _against(f"{question}_yes", Decision.RETURN)
        for question in _RETURN_ANSWERS
        if getattr(signs, question) is Answer.YES
    )
    yield from (
        _found(finding.phrase.concept.reason, Decision.RETURN, finding, reading)
        for finding in reading.asking(Then.RETURN)
    )
    if signs.nature is Nature.DANGER or signs.suffixes:
        yield _against("call_type_danger", Decision.RETURN)
    yield from (_against(code, Decision.RETURN) for code in signs.to_return)
    if is_urgent(signs.priority):
        yield _against("priority_urgent", Decision.RETURN)
    if signs.wish in {Wish.POLICE, Wish.AMBULANCE}:
        yield _against(f"wants_{signs.wish}", Decision.RETURN)
    if not signs.is_understood:
        yield _against("answer_not_understood", Decision.RETURN)
    if signs.has_place and not signs.is_in_area:
        yield _against("out_of_area", Decision.RETURN)


def _unknowns(signs: Signs, reading: Reading, policy: Policy) -> Iterator[Reason]:
    """What nobody has told us, what cannot be explained, and what a person must weigh."""
    yield from (
        _found(_doubt_code(finding), Decision.REVIEW, finding, reading)
        for finding in reading.asking(Then.REVIEW)
    )
    yield from (
        _against(f"{question}_unknown", Decision.REVIEW)
        for question in _QUESTIONS
        if not _is_settled(question, signs, reading, policy)
    )
    yield from (_against(code, Decision.REVIEW) for code in signs.to_review)
    yield from (_against(code, Decision.REVIEW) for code in _about_people(signs))
    yield from (_against(code, Decision.REVIEW) for code in _about_the_telling(signs, reading, policy))


def _about_people(signs: Signs) -> Iterator[str]:
    """Who they are to each other, and what it is about."""
    if signs.relation is Relation.PARTNERS or signs.nature is Nature.PARTNER:
        yield "partners"
    if signs.relation is Relation.UNKNOWN and signs.nature in NEEDS_RELATION:
        yield "relation_unknown"
    if signs.children_at_risk is Answer.UNKNOWN and signs.nature in NEEDS_CHILDREN:
        yield "children_unknown"
    if signs.nature in {Nature.OTHER, Nature.TENSION}:
        yield f"nature_{signs.nature}"


def _about_the_telling(signs: Signs, reading: Reading, policy: Policy) -> Iterator[str]:
    """Whether what was told is enough to judge by."""
    if not signs.has_place:
        yield "no_place"
    if reading.told_count < policy.limits.narrative_words:
        yield "narrative_too_short"
    if len(signs.narrative) >= policy.limits.narrative_characters:
        yield "narrative_truncated"
    if signs.language and signs.language.split("-")[0].lower() not in policy.limits.languages:
        yield "language_not_covered"
    if len(_evidence(signs, reading)) < policy.limits.evidence:
        yield "no_evidence"


def _illegible(
    signs: Signs, reading: Reading, policy: Policy, second_reader: SecondReader
) -> Iterator[Reason]:
    """What was not written for a reader, or cannot be read with certainty."""

    def is_beginning(word: str) -> bool:
        return word in policy.beginnings and not second_reader.knows(word)

    for code, start, end in unclear(signs.narrative, reading.words, is_beginning):
        yield Reason(code, Weight.AGAINST, Decision.REVIEW, start, end)


_QUESTIONS = ("weapons", "injuries", "threats")
NEEDS_RELATION = frozenset({Nature.FAMILY, Nature.ROOMMATE})
"""Of these it must be known whether two of them are a couple."""
NEEDS_CHILDREN = frozenset({Nature.FAMILY, Nature.YOUTH})
"""And of these whether children are safe."""


def _doubt_code(finding: Finding) -> str:
    """A danger that is not plainly told has a code of its own; a doubt is what it is."""
    if finding.phrase.concept.kind is Kind.ALARM:
        return "unexplained"
    if finding.phrase.concept.kind is Kind.DOUBT:
        return finding.phrase.concept.reason
    return "word_past" if finding.status is Status.PAST else "word_unsure"


def _is_settled(question: str, signs: Signs, reading: Reading, policy: Policy) -> bool:
    """Whether a question of danger needs no more asking. Asked and not known never is settled; not asked
    is where the nature does not need it, the words deny it, or enough speaks for calm."""
    answer = getattr(signs, question)
    if answer is not Answer.NOT_ASKED:
        return answer is not Answer.UNKNOWN
    return (
        question not in policy.natures[signs.nature].settle
        or any(question in one.phrase.concept.settles for one in reading.of(Kind.SAFE))
        or len(_evidence(signs, reading)) >= policy.limits.evidence_unasked
    )


def _is_asked(signs: Signs) -> bool:
    """Whether dispatch asked every question of danger and heard "no"."""
    return all(getattr(signs, question) is Answer.NO for question in _QUESTIONS)


def _evidence(signs: Signs, reading: Reading) -> set[str]:
    """What speaks for calm, each kind once."""
    told = {one.phrase.concept.name for one in reading.of(Kind.SAFE)}
    answered = {name for name in _QUESTIONS if getattr(signs, name) is Answer.NO}
    return told | answered | ({"wish"} if signs.wish is Wish.MEDIATOR else set())


def _second_thoughts(opinion: Opinion, reading: Reading) -> Iterator[Reason]:
    """The second reader may only raise. Where something is told that no phrase explains, it must be surer."""
    if not opinion.can_read:
        yield _against("language_not_read", Decision.REVIEW)
    if opinion.needs_care:
        yield from (
            _found(_doubt_code(finding), Decision.REVIEW, finding, reading)
            for finding in reading.asking(Then.CARE)
        )
    if opinion.is_doubtful:
        for start, end in opinion.spans or ((None, None),):
            yield Reason("second_reader", Weight.AGAINST, Decision.REVIEW, start, end, SECOND_READER)


def _good_signs(signs: Signs, reading: Reading) -> Iterator[Reason]:
    """What speaks for an offer. These are shown; none of them outweighs anything above."""
    for question in ("weapons", "injuries", "threats", "children_at_risk"):
        if question in signs.answered and getattr(signs, question) is not Answer.YES:
            yield Reason(f"{question}_no", Weight.FOR)
    if signs.wish is Wish.MEDIATOR:
        yield Reason("wants_mediator", Weight.FOR)
    told = {finding.phrase.concept.name: finding for finding in reversed(reading.of(Kind.SAFE))}
    for finding in sorted(told.values(), key=lambda one: one.first):
        start, end = reading.span(finding)
        yield Reason("calm_told", Weight.FOR, start=start, end=end, rule=finding.phrase.rule)


def _against(code: str, decision: Decision) -> Reason:
    return Reason(code, Weight.AGAINST, decision)


def _found(code: str, decision: Decision, finding: Finding, reading: Reading) -> Reason:
    start, end = reading.span(finding)
    rule, status = finding.phrase.rule, finding.status.value
    return Reason(code, Weight.AGAINST, decision, start, end, rule, status, finding.read_as)

"""The screening: offer, review or return, with every reason. Pure: no database, no clock.

Danger first, then what nobody has told us, then what is not ours, then whether anything
speaks for sending unarmed people. Any danger outweighs any number of good signs; unknown
is never "no"; nothing here can accept a call. Sources: triage.md 5, security.md D.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

import structlog

from app.referrals.natures import Nature
from app.triage.reading import Reading, Span, read
from app.triage.signs import Answer, Relation, Signs, Wish

log = structlog.get_logger()

POLICY_VERSION = "2026-11.4"
SHORTEST_NARRATIVE_WORDS = 3
SPOKEN_LANGUAGES = frozenset({"en", "es"})


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
    """One reason: its code, what it asks for, and the words it stands on, where there are words."""

    code: str
    weight: Weight
    decision: Decision = Decision.OFFER
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What one reading of a referral came to."""

    decision: Decision
    reasons: tuple[Reason, ...]
    policy_version: str = POLICY_VERSION

    @property
    def first_code(self) -> str:
        """The reason that decided, for dispatch; an offer has none."""
        return next((reason.code for reason in self.reasons if reason.decision is self.decision), "")


def screen(signs: Signs) -> Verdict:
    """Read a referral once and say what to do with it, and why."""
    reading = read(signs.narrative)
    answered = _with_denials(signs, reading)
    reasons = [
        *_dangers(answered, reading),
        *_unknowns(answered, reading),
        *_good_signs(answered, reading),
    ]
    decision = max((reason.decision for reason in reasons), key=_CAUTION.__getitem__, default=Decision.REVIEW)
    return Verdict(decision, tuple(reasons))


def screen_or_return(signs: Signs) -> Verdict:
    """The screening, and if it fails in any way at all, a return: silence must never mean "ours"."""
    try:
        return screen(signs)
    except Exception:  # whatever it was: a call must never become ours because our screening broke
        log.exception("screening_failed", policy_version=POLICY_VERSION)
        return Verdict(Decision.RETURN, (_against("screening_failed", Decision.RETURN),))


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


def _with_denials(signs: Signs, reading: Reading) -> Signs:
    """A plain denial in the narrative answers a question that nobody answered otherwise."""
    denied = {span.kind for span in reading.denials}
    if not denied:
        return signs

    def answer(given: Answer, kind: str) -> Answer:
        return Answer.NO if given is Answer.UNKNOWN and kind in denied else given

    return replace(
        signs,
        weapons=answer(signs.weapons, "weapons"),
        injuries=answer(signs.injuries, "injuries"),
        threats=answer(signs.threats, "threats"),
    )


_RETURN_ANSWERS = ("weapons", "injuries", "threats", "children_at_risk")


def _dangers(signs: Signs, reading: Reading) -> list[Reason]:
    """Any one of these and the call goes back: police or an ambulance go now."""
    found = [
        _against(f"{question}_yes", Decision.RETURN)
        for question in _RETURN_ANSWERS
        if getattr(signs, question) is Answer.YES
    ]
    found += [_against(f"word_{span.kind}", Decision.RETURN, span) for span in reading.dangers]
    if signs.nature is Nature.DANGER or signs.suffixes:
        found.append(_against("call_type_danger", Decision.RETURN))
    found += [_against(code, Decision.RETURN) for code in signs.to_return]
    if _is_urgent(signs.priority):
        found.append(_against("priority_urgent", Decision.RETURN))
    if signs.wish in {Wish.POLICE, Wish.AMBULANCE}:
        found.append(_against(f"wants_{signs.wish}", Decision.RETURN))
    if not signs.is_understood:
        found.append(_against("answer_not_understood", Decision.RETURN))
    if signs.has_place and not signs.is_in_area:
        found.append(_against("out_of_area", Decision.RETURN))
    return found


def _unknowns(signs: Signs, reading: Reading) -> list[Reason]:
    """What nobody has told us, or what a person must weigh."""
    found = [
        _against(f"{question}_unknown", Decision.REVIEW)
        for question in ("weapons", "injuries", "threats")
        if getattr(signs, question) is Answer.UNKNOWN
    ]
    found += [_against(code, Decision.REVIEW) for code in signs.to_review]
    if signs.relation is Relation.PARTNERS or signs.nature is Nature.PARTNER:
        found.append(_against("partners", Decision.REVIEW))
    if signs.relation is Relation.UNKNOWN and signs.nature in _NEEDS_RELATION:
        found.append(_against("relation_unknown", Decision.REVIEW))
    if signs.children_at_risk is Answer.UNKNOWN and signs.nature in _NEEDS_CHILDREN:
        found.append(_against("children_unknown", Decision.REVIEW))
    if signs.nature in {Nature.OTHER, Nature.TENSION}:
        found.append(_against(f"nature_{signs.nature}", Decision.REVIEW))
    if not signs.has_place:
        found.append(_against("no_place", Decision.REVIEW))
    if reading.word_count < SHORTEST_NARRATIVE_WORDS:
        found.append(_against("narrative_too_short", Decision.REVIEW))
    if signs.language and signs.language.split("-")[0].lower() not in SPOKEN_LANGUAGES:
        found.append(_against("language_not_covered", Decision.REVIEW))
    return found


_NEEDS_RELATION = frozenset({Nature.FAMILY, Nature.ROOMMATE})
_NEEDS_CHILDREN = frozenset({Nature.FAMILY, Nature.YOUTH})


def _good_signs(signs: Signs, reading: Reading) -> list[Reason]:
    """What speaks for an offer. These are shown; none of them outweighs anything above."""
    found = [
        Reason(
            f"{question}_no", Weight.FOR, start=span.start if span else None, end=span.end if span else None
        )
        for question in ("weapons", "injuries", "threats")
        if getattr(signs, question) is Answer.NO
        for span in [next((one for one in reading.denials if one.kind == question), None)]
    ]
    found += [
        Reason("words_only", Weight.FOR, start=span.start, end=span.end)
        for span in reading.denials
        if span.kind == "contact"
    ]
    if signs.wish is Wish.MEDIATOR:
        found.append(Reason("wants_mediator", Weight.FOR))
    if signs.children_at_risk is Answer.NO:
        found.append(Reason("children_at_risk_no", Weight.FOR))
    return found


def _against(code: str, decision: Decision, span: Span | None = None) -> Reason:
    return Reason(code, Weight.AGAINST, decision, span.start if span else None, span.end if span else None)


def _is_urgent(priority: str) -> bool:
    """Lights-and-sirens priorities of the centres we know: code 3, P1, priority 1, emergency."""
    return priority.strip().casefold() in {"code 3", "c3", "p0", "p1", "1", "priority 1", "emergency", "e"}

"""What is known of a scene, as answers. Nobody having told us is an answer of its own."""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.referrals.natures import Nature
from app.triage.words import fold_text


class Answer(StrEnum):
    """An answer to a question of danger. Unknown is not "no", and neither is not asked."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """Asked, and not known."""
    NOT_ASKED = "not_asked"


class Relation(StrEnum):
    """How the people stand to each other. A couple, now or once, is never mediated here."""

    NEIGHBORS = "neighbors"
    ROOMMATES = "roommates"
    FAMILY = "family"
    PARTNERS = "partners"
    BUSINESS = "business"
    STRANGERS = "strangers"
    ALONE = "alone"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"


class Wish(StrEnum):
    """Whom the caller wants to come."""

    MEDIATOR = "mediator"
    POLICE = "police"
    AMBULANCE = "ambulance"
    UNKNOWN = "unknown"


QUESTIONS = ("weapons", "injuries", "threats", "children_at_risk", "relation", "wish")
"""What a call taker is asked, by the name that each answer has."""
_NOT_KNOWN = frozenset({"unknown", "not_asked"})
_ASKED_IN_VAIN = (Answer.UNKNOWN, Relation.UNKNOWN)


@dataclass(frozen=True)
class Signs:
    """Everything one screening reads. Race, name, area and housing are not in it, by design.

    `is_understood` is False when an answer held a word that we do not know: such an answer
    may hide a danger and counts as one. `to_return` and `to_review` are reasons that the
    message itself brought, beside any question: they raise, and nothing takes them away.
    """

    nature: Nature = Nature.OTHER
    weapons: Answer = Answer.NOT_ASKED
    injuries: Answer = Answer.NOT_ASKED
    threats: Answer = Answer.NOT_ASKED
    children_at_risk: Answer = Answer.NOT_ASKED
    relation: Relation = Relation.NOT_ASKED
    wish: Wish = Wish.UNKNOWN
    language: str | None = None
    narrative: str = ""
    priority: str = ""
    is_open_type: bool = False
    has_place: bool = True
    is_in_area: bool = True
    is_understood: bool = True
    suffixes: frozenset[str] = field(default_factory=frozenset)
    to_return: tuple[str, ...] = ()
    to_review: tuple[str, ...] = ()
    answered_later: frozenset[str] = field(default_factory=frozenset)
    """Questions that an update answered. That lowers nothing; it is shown, and they are not asked again."""

    @property
    def answered(self) -> frozenset[str]:
        """The questions that dispatch has answered, at first or later. Not known is no answer."""
        return self.answered_later | {name for name in QUESTIONS if getattr(self, name) not in _NOT_KNOWN}

    def answered_by(self, newer: "Signs") -> "Signs":
        """These signs, and what an update has answered besides. "Not known" takes an answer back."""
        taken_back = {
            name for name in QUESTIONS if any(getattr(newer, name) is one for one in _ASKED_IN_VAIN)
        }
        return replace(self, answered_later=(self.answered_later | newer.answered) - taken_back)

    def raised_by(self, newer: "Signs") -> "Signs":
        """These signs with what an update adds: any yes stays a yes, and no "no" lowers anything."""
        return replace(
            self,
            nature=Nature.DANGER if newer.nature is Nature.DANGER else self.nature,
            suffixes=self.suffixes | newer.suffixes,
            priority=self.priority if is_urgent(self.priority) else newer.priority or self.priority,
            to_return=tuple(dict.fromkeys((*self.to_return, *newer.to_return))),
            to_review=tuple(dict.fromkeys((*self.to_review, *newer.to_review))),
            weapons=_worse(self.weapons, newer.weapons),
            injuries=_worse(self.injuries, newer.injuries),
            threats=_worse(self.threats, newer.threats),
            children_at_risk=_worse(self.children_at_risk, newer.children_at_risk),
            relation=_more_delicate(self.relation, newer.relation),
            wish=newer.wish if newer.wish in {Wish.POLICE, Wish.AMBULANCE} else self.wish,
            narrative="\n".join((self.narrative, newer.narrative)) if newer.narrative else self.narrative,
            is_understood=self.is_understood and newer.is_understood,
        )


# Lights-and-sirens priorities of the centres we know: code 3, P1, priority 1, emergency; not "non-emergency".
_URGENT = re.compile(
    r"\W*(?:(?:code|codigo|c)\W*3|(?:p|pri|prio|priority|prioridad)\W*[01]|1)\b.*|e\W*|(?:(?!\bnot?\b|\bnon).)*\bemergen.*",
    re.DOTALL,
)


def is_urgent(priority: str) -> bool:
    """Whether a priority means lights and sirens, however written: "CODE-3", "Pri: 1", "1 - Emergency"."""
    return bool(_URGENT.fullmatch(fold_text(priority)))


def _worse(old: Answer, new: Answer) -> Answer:
    """The worse of two answers: yes, then asked and not known; else what was said first."""
    for worse in (Answer.YES, Answer.UNKNOWN):
        if worse in {old, new}:
            return worse
    return old


def _more_delicate(old: Relation, new: Relation) -> Relation:
    """A couple, then asked and not known; else what was said first."""
    for one in (Relation.PARTNERS, Relation.UNKNOWN):
        if one in {old, new}:
            return one
    return old

"""What is known of a scene, as answers. Nobody having told us is an answer of its own."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.referrals.natures import Nature


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
            relation=Relation.PARTNERS
            if Relation.PARTNERS in {self.relation, newer.relation}
            else self.relation,
            wish=newer.wish if newer.wish in {Wish.POLICE, Wish.AMBULANCE} else self.wish,
            narrative="\n".join((self.narrative, newer.narrative)) if newer.narrative else self.narrative,
            is_understood=self.is_understood and newer.is_understood,
        )


def is_urgent(priority: str) -> bool:
    """Lights-and-sirens priorities of the centres we know: code 3, P1, priority 1, emergency."""
    return priority.strip().casefold() in {"code 3", "c3", "p0", "p1", "1", "priority 1", "emergency", "e"}


def _worse(old: Answer, new: Answer) -> Answer:
    """The worse of two answers: yes, then asked and not known, then not asked."""
    if Answer.YES in {old, new}:
        return Answer.YES
    return new if old is Answer.NOT_ASKED and new is Answer.UNKNOWN else old

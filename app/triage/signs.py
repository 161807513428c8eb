"""What is known of a scene, as answers. Nobody having told us is an answer of its own."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.referrals.natures import Nature


class Answer(StrEnum):
    """An answer to a question of danger. Unknown is not "no"."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


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
    weapons: Answer = Answer.UNKNOWN
    injuries: Answer = Answer.UNKNOWN
    threats: Answer = Answer.UNKNOWN
    children_at_risk: Answer = Answer.UNKNOWN
    relation: Relation = Relation.UNKNOWN
    wish: Wish = Wish.UNKNOWN
    language: str | None = None
    narrative: str = ""
    priority: str = ""
    call_type: str = ""
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
            priority=newer.priority or self.priority,
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


def _worse(old: Answer, new: Answer) -> Answer:
    return Answer.YES if Answer.YES in {old, new} else old

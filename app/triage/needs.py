"""What is worth asking next, given what is known of a call, and in which order. Pure.

A question is worth asking while its answer may still change what becomes of the call: a return
needs none, an offer only where the nature of the call hides a danger that nobody spoke of. Six of
the questions have the name of the answer that they are answered by (`answers` of our JSON).
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from app.referrals.natures import Nature
from app.triage.rules import BIAS_SUSPECTED, NEEDS_CHILDREN, NEEDS_RELATION, Decision
from app.triage.signs import Signs

MOST_ASKED = 3
"""Nobody on the telephone asks more at once; with the answers the call is read again."""


class Question(StrEnum):
    """A question for who is on the telephone. Where nothing else decides, they are asked in this order.

    First what the words themselves leave open, then the scene: who is there, what is in anyone's
    hands, whether anyone is hurt or afraid, where it is, whether two are a couple, children, and
    who wants what.
    """

    DOING = "doing"
    OBJECT = "object"
    REAL = "real"
    WITHIN_REACH = "within_reach"
    SEEN = "seen"
    SELF_HARM = "self_harm"
    WHO_IS_THERE = "who_is_there"
    WEAPONS = "weapons"
    INJURIES = "injuries"
    THREATS = "threats"
    STILL_HERE = "still_here"
    WHEN = "when"
    WHERE = "where"
    RELATION = "relation"
    CHILDREN = "children_at_risk"
    WHAT_HAPPENED = "what_happened"
    CALM = "calm"
    WISH = "wish"


# What a reason leaves open. A reason that is not here is none that an answer of the caller would settle.
_OPENED_BY: Mapping[str, tuple[Question, ...]] = {
    "doubt_object": (Question.OBJECT,),
    "doubt_replica": (Question.REAL,),
    "doubt_within_reach": (Question.WITHIN_REACH,),
    "word_unsure": (Question.SEEN,),
    "word_past": (Question.WHEN, Question.STILL_HERE),
    "doubt_history": (Question.WHEN, Question.STILL_HERE),
    "doubt_threat": (Question.THREATS, Question.STILL_HERE),
    "doubt_order": (Question.STILL_HERE, Question.RELATION),
    "doubt_tension": (Question.WHO_IS_THERE, Question.STILL_HERE),
    "nature_tension": (Question.WHO_IS_THERE, Question.STILL_HERE),
    "doubt_suicidal": (Question.SELF_HARM,),
    "doubt_welfare": (Question.INJURIES,),
    "person_harmed": (Question.INJURIES,),
    "person_near_patient": (Question.INJURIES,),
    "doubt_unknown": (Question.WHO_IS_THERE,),
    "doubt_garbled": (Question.WHO_IS_THERE,),
    "narrative_too_short": (Question.WHO_IS_THERE,),
    "narrative_truncated": (Question.WHO_IS_THERE,),
    "person_part_unclear": (Question.WHO_IS_THERE,),
    "weapons_unknown": (Question.WEAPONS,),
    "injuries_unknown": (Question.INJURIES,),
    "threats_unknown": (Question.THREATS,),
    "no_place": (Question.WHERE,),
    "place_imprecise": (Question.WHERE,),
    "doubt_partners": (Question.RELATION,),
    "relation_unknown": (Question.RELATION,),
    "partners": (Question.THREATS, Question.CHILDREN),
    "doubt_minor": (Question.CHILDREN,),
    "children_unknown": (Question.CHILDREN,),
    "unexplained": (Question.WHAT_HAPPENED,),
    "second_reader": (Question.WHAT_HAPPENED,),
    "nature_other": (Question.WHAT_HAPPENED,),
    "call_type_crisis": (Question.WHAT_HAPPENED,),
    "call_type_unknown": (Question.WHAT_HAPPENED,),
    "no_evidence": (Question.CALM,),
}
# What decides most about the scene of a nature, before the rest: who may answer a call of family or
# of people who live together turns on whether they are a couple; of somebody unwell, on their body.
_SOONER: Mapping[Nature, tuple[Question, ...]] = {
    Nature.FAMILY: (Question.WEAPONS, Question.RELATION, Question.CHILDREN),
    Nature.ROOMMATE: (Question.WEAPONS, Question.RELATION),
    Nature.YOUTH: (Question.WEAPONS, Question.CHILDREN),
    Nature.INTOXICATED: (Question.INJURIES,),
    Nature.WELFARE: (Question.INJURIES,),
    Nature.UNHOUSED: (Question.INJURIES,),
    Nature.PAST_HARM: (Question.STILL_HERE,),
    Nature.TENSION: (Question.STILL_HERE,),
}


def needs_of(signs: Signs, decision: Decision, codes: Collection[str]) -> tuple[Question, ...]:
    """The questions worth asking next, most telling first.

    `codes` are the reasons against. What dispatch has answered is not asked again, and of somebody
    who was only there nothing is asked but what they are doing.
    """
    if decision is Decision.RETURN:
        return ()
    if BIAS_SUSPECTED in codes:
        return (Question.DOING,)
    opened = {question for code in codes for question in _OPENED_BY.get(code, ())}
    if opened:
        opened.add(Question.WISH)
    if signs.nature in NEEDS_RELATION:
        opened.add(Question.RELATION)
    if signs.nature in NEEDS_CHILDREN:
        opened.add(Question.CHILDREN)
    asked = (one for one in _order_for(signs.nature) if one in opened and one not in signs.answered)
    return tuple(asked)[:MOST_ASKED]


def _order_for(nature: Nature) -> list[Question]:
    """What the words leave open, then what tells most of this nature, then the rest."""
    every = list(Question)
    begun = every.index(Question.WHO_IS_THERE) + 1
    return list(dict.fromkeys((*every[:begun], *_SOONER.get(nature, ()), *every[begun:])))

"""From what a call taker asked, in whatever words their system sends, to the signs we screen."""

from dataclasses import replace
from typing import Any

from app.referrals.natures import Nature
from app.referrals.updates import Update
from app.triage.call_types import CallType
from app.triage.signs import Answer, Relation, Signs, Wish

# How centres write yes, no and not known. A word that is not here is not understood.
_ANSWERS: dict[str, Answer] = {
    **dict.fromkeys(("yes", "y", "true", "present", "seen", "involved", "si", "sí"), Answer.YES),
    **dict.fromkeys(("no", "n", "false", "none", "denied", "not seen", "ninguno", "ninguna"), Answer.NO),
    **dict.fromkeys(("unknown", "unk", "u", "not known"), Answer.UNKNOWN),
    **dict.fromkeys(("", "not asked", "not_asked"), Answer.NOT_ASKED),
}
_RELATIONS = {member.value: member for member in Relation}
_WISHES = {member.value: member for member in Wish}
ANSWERED_LATER = "answered_later"
"""Under this name the answers kept with a call say which questions an update answered."""
_YES_OR_NO = ("weapons", "injuries", "threats", "children_at_risk")


def signs_from(
    answers: dict[str, str],
    *,
    call_type: CallType,
    nature: Nature | None,
    narrative: str,
    language: str | None,
    priority: str,
    has_place: bool,
    is_in_area: bool,
    to_return: tuple[str, ...] = (),
    to_review: tuple[str, ...] = (),
) -> Signs:
    """The signs of a call. A nature that dispatch names never hides a danger in the call type."""
    said = {question: answer.strip().casefold() for question, answer in answers.items()}
    values: dict[str, Any] = {question: _ANSWERS.get(said.get(question, "")) for question in _YES_OR_NO}
    values["relation"] = _RELATIONS.get(said.get("relation") or "not_asked")
    values["wish"] = _WISHES.get(said.get("wish") or "unknown")
    understood = {name: value for name, value in values.items() if value is not None}
    is_understood = len(understood) == len(values)
    if Nature.PARTNER in {nature, call_type.nature}:  # a couple by any of them, and from then on
        understood["relation"] = Relation.PARTNERS
    is_danger = call_type.nature is Nature.DANGER
    return Signs(
        **understood,
        nature=Nature.DANGER if is_danger else nature or call_type.nature,
        suffixes=call_type.suffixes,
        is_open_type=call_type.is_open,
        to_return=to_return,
        to_review=(*to_review, *filter(None, [call_type.doubt])),
        narrative=narrative,
        language=language,
        priority=priority,
        has_place=has_place,
        is_in_area=is_in_area,
        is_understood=is_understood,
    )


def signs_again(
    answers: dict[str, str], *, nature: Nature, narrative: str, language: str | None, has_place: bool = True
) -> Signs:
    """The signs of a call that is already placed, from the answers kept with it."""
    signs = signs_from(
        answers,
        call_type=CallType(nature, frozenset()),
        nature=nature,
        narrative=narrative,
        language=language,
        priority="",
        has_place=has_place,
        is_in_area=True,
    )
    return replace(signs, answered_later=frozenset(answers.get(ANSWERED_LATER, "").split()))


def signs_of_update(update: Update, nature: Nature, call_type: CallType) -> Signs:
    """What an update adds to a call that is placed: its answers, its type, its priority, its own reasons.

    Its words are read together with those told before.
    """
    return signs_from(
        update.answers,
        call_type=call_type,
        nature=nature,
        narrative="",
        language=None,
        priority=update.priority,
        has_place=True,
        is_in_area=True,
        to_return=update.to_return,
        to_review=update.to_review,
    )

"""What a later message, a mild word or a question asked in vain can never do: make a call look safer."""

from dataclasses import replace

import pytest

from app.referrals.natures import Nature
from app.triage.signs import Answer, Relation, Signs
from tests.support.screening import SAFE, codes, screen


def test_an_offer_needs_two_kinds_of_evidence_for_calm() -> None:
    """Nobody asked, and the words tell of nothing wrong: that is no evidence yet (triage.md 5.3)."""
    told = Signs(nature=Nature.SERVICE_NEED, language="en", narrative="Wants to know where to send the form.")
    assert "no_evidence" in codes(told)
    assert "no_evidence" in codes(replace(told, injuries=Answer.NO))
    assert "no_evidence" not in codes(replace(told, injuries=Answer.NO, threats=Answer.NO))


@pytest.mark.parametrize("newer", ["", "routine", "P3"])
def test_an_urgent_priority_stays_urgent_whatever_a_later_message_calls_it(newer: str) -> None:
    urgent = replace(SAFE, priority="Code 3").raised_by(replace(SAFE, priority=newer))
    assert screen(urgent).first_code == "priority_urgent"


def test_what_was_not_asked_and_then_asked_in_vain_is_not_known() -> None:
    asked_later = replace(SAFE, weapons=Answer.NOT_ASKED).raised_by(replace(SAFE, weapons=Answer.UNKNOWN))
    assert "weapons_unknown" in codes(asked_later)


def test_what_was_denied_and_is_not_known_later_is_not_known() -> None:
    doubted_later = SAFE.raised_by(replace(SAFE, weapons=Answer.UNKNOWN))
    assert "weapons_unknown" in codes(doubted_later)
    assert "weapons_unknown" in codes(doubted_later.raised_by(SAFE)), "and a second no lowers nothing"


@pytest.mark.parametrize("asked", [Relation.NOT_ASKED, Relation.FAMILY])
def test_whether_they_are_a_couple_is_not_known_once_somebody_asked_in_vain(asked: Relation) -> None:
    family = replace(SAFE, nature=Nature.FAMILY, relation=asked)
    told_later = family.raised_by(replace(family, relation=Relation.UNKNOWN))

    assert "relation_unknown" in codes(told_later)
    assert "relation_unknown" in codes(told_later.raised_by(replace(family, relation=Relation.FAMILY)))
    assert "partners" in codes(told_later.raised_by(replace(family, relation=Relation.PARTNERS)))


def test_who_is_not_known_to_be_family_is_asked_again() -> None:
    answered = replace(SAFE, relation=Relation.FAMILY)
    taken_back = answered.answered_by(answered).answered_by(replace(answered, relation=Relation.UNKNOWN))
    assert "relation" not in taken_back.answered_later


@pytest.mark.parametrize("nature", [Nature.DANGER, Nature.PARTNER, Nature.TENSION])
def test_no_words_make_a_grave_type_milder(nature: Nature) -> None:
    told = replace(
        SAFE, nature=nature, narrative="He admitted it, is homeless and asks how to apply for benefits."
    )
    assert screen(told).nature is nature

"""What is worth asking next, as tables: which questions a reason opens, and in which order."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.referrals.natures import Nature
from app.triage.labels import QUESTION_LABELS, REASON_LABELS
from app.triage.needs import MOST_ASKED, Question, needs_of
from app.triage.payloads import told_needs
from app.triage.rules import Decision, Weight
from app.triage.signs import QUESTIONS, Answer, Relation, Signs, Wish
from tests.support.screening import SAFE, screen

Q = Question
NOTHING_KNOWN = Signs(nature=Nature.NEIGHBOR)


def needs(
    codes: Sequence[str], signs: Signs = NOTHING_KNOWN, decision: Decision = Decision.REVIEW
) -> list[Q]:
    return list(needs_of(signs, decision, codes))


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("bias_suspected", Q.DOING),
        ("doubt_object", Q.OBJECT),
        ("doubt_replica", Q.REAL),
        ("doubt_within_reach", Q.WITHIN_REACH),
        ("word_unsure", Q.SEEN),
        ("word_past", Q.STILL_HERE),
        ("doubt_history", Q.STILL_HERE),
        ("doubt_threat", Q.THREATS),
        ("doubt_order", Q.STILL_HERE),
        ("doubt_tension", Q.WHO_IS_THERE),
        ("doubt_suicidal", Q.SELF_HARM),
        ("doubt_welfare", Q.INJURIES),
        ("person_harmed", Q.INJURIES),
        ("person_near_patient", Q.INJURIES),
        ("person_part_unclear", Q.WHO_IS_THERE),
        ("narrative_truncated", Q.WHO_IS_THERE),
        ("nature_tension", Q.WHO_IS_THERE),
        ("call_type_crisis", Q.WHAT_HAPPENED),
        ("call_type_unknown", Q.WHAT_HAPPENED),
        ("doubt_unknown", Q.WHO_IS_THERE),
        ("doubt_garbled", Q.WHO_IS_THERE),
        ("narrative_too_short", Q.WHO_IS_THERE),
        ("weapons_unknown", Q.WEAPONS),
        ("injuries_unknown", Q.INJURIES),
        ("threats_unknown", Q.THREATS),
        ("no_place", Q.WHERE),
        ("place_imprecise", Q.WHERE),
        ("doubt_partners", Q.RELATION),
        ("relation_unknown", Q.RELATION),
        ("partners", Q.THREATS),
        ("doubt_minor", Q.CHILDREN),
        ("children_unknown", Q.CHILDREN),
        ("unexplained", Q.WHAT_HAPPENED),
        ("second_reader", Q.WHAT_HAPPENED),
        ("nature_other", Q.WHAT_HAPPENED),
        ("no_evidence", Q.CALM),
    ],
)
def test_a_reason_opens_the_question_whose_answer_would_settle_it(code: str, first: Q) -> None:
    assert needs([code])[0] is first


@pytest.mark.parametrize(
    "code", ["no_one_free", "too_many_at_once", "screening_slow", "merged_incident", "code_unknown"]
)
def test_what_no_answer_would_settle_opens_none(code: str) -> None:
    assert needs([code]) == []


@pytest.mark.parametrize(
    ("nature", "codes", "asked"),
    [
        # Who is there, anything in hands, hurt or afraid: the order of the scene where nothing else decides.
        (
            Nature.NEIGHBOR,
            ["threats_unknown", "injuries_unknown", "weapons_unknown", "narrative_too_short", "no_place"],
            [Q.WHO_IS_THERE, Q.WEAPONS, Q.INJURIES],
        ),
        (Nature.NEIGHBOR, ["no_place", "threats_unknown"], [Q.THREATS, Q.WHERE, Q.WISH]),
        # What the words themselves leave open comes before the scene.
        (Nature.NEIGHBOR, ["weapons_unknown", "doubt_object"], [Q.OBJECT, Q.WEAPONS, Q.WISH]),
        (Nature.NEIGHBOR, ["threats_unknown", "word_unsure", "doubt_replica"], [Q.REAL, Q.SEEN, Q.THREATS]),
        (Nature.MENTAL_DISTRESS, ["injuries_unknown", "doubt_suicidal"], [Q.SELF_HARM, Q.INJURIES, Q.WISH]),
        # Danger before what only explains it.
        (Nature.NEIGHBOR, ["second_reader", "weapons_unknown"], [Q.WEAPONS, Q.WHAT_HAPPENED, Q.WISH]),
        (Nature.NEIGHBOR, ["no_evidence", "second_reader"], [Q.WHAT_HAPPENED, Q.CALM, Q.WISH]),
        (Nature.NEIGHBOR, ["word_past"], [Q.STILL_HERE, Q.WHEN, Q.WISH]),
        # The nature says what comes first of the scene.
        (Nature.FAMILY, ["injuries_unknown", "weapons_unknown"], [Q.WEAPONS, Q.RELATION, Q.CHILDREN]),
        (Nature.ROOMMATE, ["injuries_unknown", "weapons_unknown"], [Q.WEAPONS, Q.RELATION, Q.INJURIES]),
        (Nature.YOUTH, ["threats_unknown"], [Q.CHILDREN, Q.THREATS, Q.WISH]),
        (Nature.WELFARE, ["weapons_unknown", "injuries_unknown"], [Q.INJURIES, Q.WEAPONS, Q.WISH]),
        (Nature.INTOXICATED, ["weapons_unknown", "injuries_unknown"], [Q.INJURIES, Q.WEAPONS, Q.WISH]),
        (Nature.UNHOUSED, ["weapons_unknown", "injuries_unknown"], [Q.INJURIES, Q.WEAPONS, Q.WISH]),
        (Nature.TENSION, ["nature_tension", "weapons_unknown"], [Q.WHO_IS_THERE, Q.STILL_HERE, Q.WEAPONS]),
        (Nature.PARTNER, ["partners", "injuries_unknown"], [Q.INJURIES, Q.THREATS, Q.CHILDREN]),
    ],
)
def test_the_most_telling_question_comes_first(nature: Nature, codes: list[str], asked: list[Q]) -> None:
    signs = Signs(nature=nature)

    assert needs(codes, signs) == asked
    assert needs(codes[::-1], signs) == asked, "in whatever order the reasons come"


def test_of_somebody_who_was_only_there_nothing_else_is_asked() -> None:
    """Asking what is in their hands would be looking for a reason."""
    codes = ["bias_suspected", "weapons_unknown", "no_evidence", "unexplained"]

    assert needs(codes) == [Q.DOING]
    assert needs(codes, Signs(nature=Nature.FAMILY)) == [Q.DOING]


@pytest.mark.parametrize("nature", Nature)
def test_a_return_needs_no_question(nature: Nature) -> None:
    assert needs(["weapons_unknown", "bias_suspected"], Signs(nature=nature), Decision.RETURN) == []


@pytest.mark.parametrize(
    ("nature", "asked"),
    [
        (Nature.NEIGHBOR, []),
        (Nature.WELFARE, []),
        (Nature.FAMILY, [Q.RELATION, Q.CHILDREN]),
        (Nature.ROOMMATE, [Q.RELATION]),
        (Nature.YOUTH, [Q.CHILDREN]),
    ],
)
def test_an_offer_is_asked_only_what_its_nature_hides(nature: Nature, asked: list[Q]) -> None:
    assert needs([], Signs(nature=nature), Decision.OFFER) == asked
    assert needs([], replace(SAFE, nature=nature), Decision.OFFER) == []


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("doubt_threat", {"threats": Answer.NO}),
        ("doubt_welfare", {"injuries": Answer.NO}),
        ("doubt_minor", {"children_at_risk": Answer.NO}),
        ("doubt_partners", {"relation": Relation.NEIGHBORS}),
        ("second_reader", {"wish": Wish.MEDIATOR}),
    ],
)
def test_what_was_answered_is_not_asked_again(code: str, known: dict[str, Answer]) -> None:
    (name,) = known

    assert name in needs([code])
    assert name not in needs([code], replace(NOTHING_KNOWN, **known))


@pytest.mark.parametrize("name", QUESTIONS)
def test_asked_and_not_known_is_asked_again(name: str) -> None:
    not_known = type(getattr(NOTHING_KNOWN, name))("unknown")

    assert name not in replace(NOTHING_KNOWN, **{name: not_known}).answered


def test_what_an_update_answered_is_not_asked_again_until_it_is_taken_back() -> None:
    told = NOTHING_KNOWN.answered_by(
        Signs(weapons=Answer.NO, relation=Relation.NEIGHBORS, wish=Wish.MEDIATOR)
    )
    codes = ["weapons_unknown", "doubt_partners"]

    assert needs(codes, told) == []
    assert needs(codes, told.answered_by(Signs())) == []
    assert needs(codes, told.answered_by(Signs(weapons=Answer.UNKNOWN))) == [Q.WEAPONS]


def test_what_an_update_denied_is_shown_beside_the_reason_and_lowers_nothing() -> None:
    unsure = replace(SAFE, weapons=Answer.UNKNOWN)
    told = unsure.answered_by(Signs(weapons=Answer.NO))
    shown = {reason.code: reason.weight for reason in screen(told).reasons}

    assert (shown["weapons_unknown"], shown["weapons_no"]) == (Weight.AGAINST, Weight.FOR)
    assert screen(told).decision is screen(unsure).decision is Decision.REVIEW
    worse = replace(told, weapons=Answer.YES)
    assert "weapons_no" not in {reason.code for reason in screen(worse).reasons}


def test_the_screening_of_a_call_with_nothing_to_ask_asks_nothing() -> None:
    verdict = screen(SAFE)

    assert needs([one.code for one in verdict.reasons if one.weight is Weight.AGAINST], SAFE) == []


def test_questions_that_an_answer_fits_have_its_name() -> None:
    assert set(QUESTIONS) <= set(Question)


def test_every_question_has_words_and_every_reason_that_opens_one_exists() -> None:
    assert set(QUESTION_LABELS) == set(Question)
    opened = {question for code in REASON_LABELS for question in needs([code])}
    assert opened | {Q.WHEN, Q.WISH} == set(Question)


def test_dispatch_is_told_code_and_words() -> None:
    told = told_needs([Q.DOING, Q.WEAPONS])

    assert told[0] == {"code": "doing", "question": "What is the person doing?"}
    assert told[1]["code"] == "weapons"
    assert told_needs([]) == []


codes_told = st.lists(st.sampled_from(sorted(REASON_LABELS)), max_size=12)


@given(codes=codes_told, nature=st.sampled_from(Nature), decision=st.sampled_from(Decision))
def test_never_more_than_three_never_one_twice_and_always_the_same(
    codes: list[str], nature: Nature, decision: Decision
) -> None:
    asked = needs(codes, Signs(nature=nature), decision)

    assert len(asked) == len(set(asked)) <= MOST_ASKED
    assert asked == needs(sorted(codes), Signs(nature=nature), decision)

"""The screening as tables: what is returned, what a person reads, what alone may be offered."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.referrals.natures import Nature
from app.referrals.updates import Update
from app.triage import policies, screening
from app.triage.call_types import CallType
from app.triage.labels import REASON_LABELS
from app.triage.policies import shipped_policy
from app.triage.policy import Then
from app.triage.policy_documents import BadPolicy
from app.triage.questions import signs_from, signs_of_update
from app.triage.reading import read
from app.triage.rules import Decision, Weight
from app.triage.screening import read_call_type, screen_or_return
from app.triage.signs import Answer, Relation, Signs, Wish
from tests.support.screening import SAFE, codes, screen

CAUTION = {Decision.OFFER: 0, Decision.REVIEW: 1, Decision.RETURN: 2}


def test_a_safe_call_is_offered() -> None:
    verdict = screen(SAFE)
    assert (verdict.decision, verdict.first_code) == (Decision.OFFER, "")
    assert {reason.weight for reason in verdict.reasons} == {Weight.FOR}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"weapons": Answer.YES}, "weapons_yes"),
        ({"injuries": Answer.YES}, "injuries_yes"),
        ({"threats": Answer.YES}, "threats_yes"),
        ({"children_at_risk": Answer.YES}, "children_at_risk_yes"),
        ({"nature": Nature.DANGER}, "call_type_danger"),
        ({"suffixes": frozenset({"i/p"})}, "call_type_danger"),
        ({"priority": "Code 3"}, "priority_urgent"),
        ({"priority": " P1 "}, "priority_urgent"),
        ({"wish": Wish.POLICE}, "wants_police"),
        ({"wish": Wish.AMBULANCE}, "wants_ambulance"),
        ({"is_understood": False}, "answer_not_understood"),
        ({"is_in_area": False}, "out_of_area"),
        ({"narrative": f"{SAFE.narrative} He has a gun."}, "word_weapon"),
        ({"narrative": f"{SAFE.narrative} No weapons, but one has a knife."}, "word_weapon"),
        ({"narrative": f"{SAFE.narrative} Uno trae un cuchillo."}, "word_weapon"),
        ({"narrative": f"{SAFE.narrative} He is not breathing."}, "word_medical"),
        ({"narrative": f"{SAFE.narrative} El señor no respira."}, "word_medical"),
        ({"narrative": f"{SAFE.narrative} She wants an officer."}, "wants_police"),
    ],
)
def test_any_one_danger_returns_the_call(change: dict[str, object], code: str) -> None:
    verdict = screen(replace(SAFE, **change))
    assert (verdict.decision, verdict.first_code) == (Decision.RETURN, code)


NAMED = (  # noqa: SIM905
    "gun pistol rifle shotgun machete knife hammer bat bomb armed weapon stabbed strangled choked punched "
    "hit kicked fighting shooting shots kill threat threatened stalking revenge blood bleeding seizure "
    "unconscious overdose hurt suicide fire smoke robbery prowler pistola arma cuchillo navaja fierro golpeó "
    "pelea balazos matar amenaza sangre herido pastillas humo incendio robo"
).split()


@pytest.mark.parametrize("word", NAMED)
def test_a_word_that_names_a_danger_is_never_passed_over(word: str) -> None:
    """However calm the rest: the reader meets it, and it weighs."""
    reading = read(f"{SAFE.narrative} {word}.", shipped_policy())
    last = len(reading.words)
    assert [one for one in reading.findings if one.last == last and one.then is not Then.NOTHING]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"weapons": Answer.UNKNOWN}, "weapons_unknown"),
        ({"injuries": Answer.UNKNOWN}, "injuries_unknown"),
        ({"threats": Answer.UNKNOWN}, "threats_unknown"),
        ({"relation": Relation.PARTNERS}, "partners"),
        ({"nature": Nature.PARTNER}, "partners"),
        ({"nature": Nature.FAMILY, "relation": Relation.UNKNOWN}, "relation_unknown"),
        ({"nature": Nature.ROOMMATE, "relation": Relation.UNKNOWN}, "relation_unknown"),
        ({"nature": Nature.FAMILY, "children_at_risk": Answer.UNKNOWN}, "children_unknown"),
        ({"nature": Nature.YOUTH, "children_at_risk": Answer.UNKNOWN}, "children_unknown"),
        ({"nature": Nature.OTHER}, "nature_other"),
        ({"nature": Nature.TENSION}, "nature_tension"),
        ({"has_place": False}, "no_place"),
        ({"narrative": "no weapons, no injuries"}, "narrative_too_short"),
        ({"narrative": ""}, "narrative_too_short"),
        ({"narrative": SAFE.narrative + " calm" * 2000}, "narrative_truncated"),
        ({"narrative": f"{SAFE.narrative} A hammer lies on the wall between them."}, "doubt_within_reach"),
        ({"narrative": f"{SAFE.narrative} Maybe he has a gun."}, "word_unsure"),
        ({"language": "fa"}, "language_not_covered"),
    ],
)
def test_what_nobody_told_us_a_person_reads(change: dict[str, object], code: str) -> None:
    verdict = screen(replace(SAFE, **change))
    assert (verdict.decision, verdict.first_code) == (Decision.REVIEW, code)


@pytest.mark.parametrize("language", [None, "en", "es", "es-MX", "EN-us"])
def test_languages_we_speak_need_no_interpreter(language: str | None) -> None:
    assert screen(replace(SAFE, language=language)).decision is Decision.OFFER


@pytest.mark.parametrize("question", ["weapons", "injuries", "threats"])
def test_asked_and_not_known_is_for_a_person_whatever_the_words_deny(question: str) -> None:
    told = replace(SAFE, narrative=f"{SAFE.narrative} No weapons, nobody hurt, no threats.")
    assert screen(replace(told, **{question: Answer.NOT_ASKED})).decision is Decision.OFFER
    assert screen(replace(told, **{question: Answer.UNKNOWN})).decision is Decision.REVIEW
    assert screen(replace(told, **{question: Answer.YES})).decision is Decision.RETURN


def test_a_screening_that_fails_returns_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("whatever")

    monkeypatch.setattr(screening, "screen", fail)
    verdict = screen_or_return(SAFE)
    assert (verdict.decision, verdict.first_code) == (Decision.RETURN, "screening_failed")


def test_without_a_policy_every_call_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise BadPolicy("concepts.1")

    monkeypatch.setattr(policies, "active_policy", fail)
    assert read_call_type("620N").nature is Nature.OTHER
    verdict = screen_or_return(SAFE)
    assert (verdict.decision, verdict.first_code) == (Decision.RETURN, "policy_not_loaded")


def test_a_screening_that_took_too_long_is_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening, "SLOWEST_SECONDS", 0.0)
    verdict = screen_or_return(SAFE)
    assert (verdict.decision, verdict.first_code) == (Decision.REVIEW, "screening_slow")


def asked(nature: Nature | None = None, type_says: Nature = Nature.NEIGHBOR, **answers: str) -> Signs:
    return signs_from(
        {"weapons": "no", "injuries": "denied", "threats": "None", "children_at_risk": "N"} | answers,
        call_type=CallType(type_says, frozenset()),
        nature=nature,
        narrative=SAFE.narrative,
        language="en",
        priority="",
        has_place=True,
        is_in_area=True,
    )


@pytest.mark.parametrize(
    ("answers", "decision"),
    [
        ({}, Decision.OFFER),
        ({"weapons": " SEEN "}, Decision.RETURN),
        ({"weapons": "sí"}, Decision.RETURN),
        ({"weapons": "unk"}, Decision.REVIEW),
        ({"weapons": ""}, Decision.OFFER),  # not asked, and the words tell of calm
        ({"weapons": "maybe"}, Decision.RETURN),
        ({"weapons": "no, but"}, Decision.RETURN),
        ({"relation": "friends"}, Decision.RETURN),
        ({"wish": "whoever"}, Decision.RETURN),
        ({"relation": "PARTNERS"}, Decision.REVIEW),
        ({"wish": "police"}, Decision.RETURN),
    ],
)
def test_answers_as_centres_write_them(answers: dict[str, str], decision: Decision) -> None:
    assert screen(asked(**answers)).decision is decision


def test_a_named_nature_never_hides_a_danger_in_the_type() -> None:
    assert asked(nature=Nature.NOISE, type_says=Nature.DANGER).nature is Nature.DANGER
    assert asked(nature=Nature.NOISE, type_says=Nature.OTHER).nature is Nature.NOISE


PIECES = [*SAFE.narrative.split(), *NAMED, "no", "none", "denies", "but", "maybe", "last year", "in a movie"]
PIECES += [
    "sin",
    "nadie",
    "pero",
    "tal vez",
    "hace años",
    "no weapons",
    "nobody hurt",
    "\n",
    ".",
    ",",
    "\u200b",
]
narratives = st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join)
any_signs = st.builds(
    Signs,
    nature=st.sampled_from(Nature),
    weapons=st.sampled_from(Answer),
    injuries=st.sampled_from(Answer),
    threats=st.sampled_from(Answer),
    children_at_risk=st.sampled_from(Answer),
    relation=st.sampled_from(Relation),
    wish=st.sampled_from(Wish),
    language=st.sampled_from([None, "en", "es-MX", "fa"]),
    narrative=narratives,
    priority=st.sampled_from(["", "routine", "P1"]),
    has_place=st.booleans(),
    is_in_area=st.booleans(),
    is_understood=st.booleans(),
    suffixes=st.sampled_from([frozenset[str](), frozenset({"sn"})]),
)


@given(before=any_signs, update=any_signs)
def test_the_answers_of_an_update_never_lower(before: Signs, update: Signs) -> None:
    raised = screen(before.raised_by(replace(update, narrative="")))
    assert CAUTION[raised.decision] >= CAUTION[screen(before).decision]


@given(before=any_signs, update=any_signs)
def test_what_an_update_answered_changes_no_decision(before: Signs, update: Signs) -> None:
    """It is shown, and not asked again: no more."""
    assert screen(before.answered_by(update)).decision is screen(before).decision


@given(before=any_signs, words=narratives)
def test_no_words_of_an_update_take_a_return_back(before: Signs, words: str) -> None:
    raised = screen(before.raised_by(replace(SAFE, narrative=words)))
    if Decision.RETURN in {screen(before).decision, screen(replace(SAFE, narrative=words)).decision}:
        assert raised.decision is Decision.RETURN


@given(signs=any_signs)
def test_no_offer_with_a_yes_or_with_what_was_asked_and_is_not_known(signs: Signs) -> None:
    for each in (signs, replace(SAFE, weapons=signs.weapons, injuries=signs.injuries, threats=signs.threats)):
        if screen(each).decision is Decision.OFFER:
            answers = {each.weapons, each.injuries, each.threats}
            assert not {Answer.YES, Answer.UNKNOWN} & answers
            assert each.children_at_risk is not Answer.YES


@given(signs=any_signs)
def test_every_reason_has_words(signs: Signs) -> None:
    assert codes(signs) <= set(REASON_LABELS)


def test_what_the_message_itself_speaks_against_raises_and_stays() -> None:
    """Whatever the answers say: a patient goes back, a part that needs reading goes to a person."""
    calm = replace(SAFE, to_review=("person_harmed",))
    assert (screen(SAFE).decision, screen(calm).decision) == (Decision.OFFER, Decision.REVIEW)
    assert screen(calm).first_code == "person_harmed"

    worse = calm.raised_by(replace(SAFE, to_return=("person_patient",)))
    assert (screen(worse).decision, screen(worse).first_code) == (Decision.RETURN, "person_patient")
    assert screen(worse.raised_by(SAFE)).decision is Decision.RETURN


def of_type(update: Update) -> CallType:
    return read_call_type(*update.call_type, common=update.common_type)


def test_an_update_brings_the_danger_of_its_type_and_its_priority() -> None:
    weapon = Update(2, "", {}, call_type=("WEAPON",), common_type="WEAPON")
    urgent = Update(2, "", {}, priority="emergency")

    for update, code in ((weapon, "call_type_danger"), (urgent, "priority_urgent")):
        verdict = screen(SAFE.raised_by(signs_of_update(update, Nature.NEIGHBOR, of_type(update))))
        assert (verdict.decision, verdict.first_code) == (Decision.RETURN, code)

"""Several incidents in one message, and fields that contradict each other: the worst counts."""

from dataclasses import replace
from functools import cache
from itertools import permutations

import pytest

from app.referrals.natures import Nature
from app.triage.rules import Decision
from app.triage.signs import Answer, Relation, Signs, Wish, is_urgent
from tests.support.screening import SAFE, screen

CAUTION = {Decision.OFFER: 0, Decision.REVIEW: 1, Decision.RETURN: 2}
SPANISH = (
    "Dos vecinos discuten por la cerca. Los dos están tranquilos, nadie se tocó, cada quien está en su casa "
    "y quieren un mediador."
)
CALM = [
    "Two neighbors argue about the shared fence, both are calm", "No weapons, no injuries, no threats",
    "weapons: none", "She says there are no", "Last year they argued about the tree",
    "hx of noise complaints", "Kids play a video game", "PR asked if a mediator is free",
    "maybe loud music", "dead battery in the car", "he shot hoops in the park",
    "Sin armas, sin golpes, sin amenazas", "armas: ninguna", "Hace dos años discutieron por el árbol",
    "los niños juegan un videojuego", "Dos vecinos discuten por la cerca, los dos tranquilos",
]  # fmt: skip
DANGEROUS = [
    "He has a gun", "A man pulled a knife", "Somebody was stabbed", "She is not breathing",
    "He hit her in the face", "The house is on fire", "Un hombre trae una pistola", "El señor no respira",
    "Le pegó en la cara",
]  # fmt: skip
BETWEEN = [
    "\n", "\n\n", ". ", "; ", " ALSO ", "\nALSO: ", " SEPARATE CALL ", " -- SEPARATE CALL: ", "\n2) ",
    " 2) ", " 2. ", " [2] ", " #2 ", " b) ", "\n---\n", " --- ", " === ", " *** ", " // ", " | ", " / ",
    " >> ", " -> ", " • ", " [14:32] ", " 14:32:07 ", " UPD ", " UPDATE: ", " NEXT: ", " SECOND CALLER ",
    " CALL 2: ", " In addition ", " otra cosa ", "\notra cosa: ", " OTRA LLAMADA ", " Tambien ",
    " también ", " aparte ", " por otro lado ", " segundo incidente ", " caso 2 ",
]  # fmt: skip


@cache
def decision(narrative: str, signs: Signs = SAFE) -> Decision:
    return screen(replace(signs, narrative=narrative)).decision


def worst(*decisions: Decision) -> Decision:
    return max(decisions, key=CAUTION.__getitem__)


@pytest.mark.parametrize("between", BETWEEN)
def test_of_two_stories_the_worse_counts_in_either_order(between: str) -> None:
    """A denial, a past, a tale, a doubt or a harmless meaning of one says nothing of the other."""
    lowered = [
        told
        for calm in CALM
        for danger in DANGEROUS
        for told in (f"{calm}{between}{danger}", f"{danger}{between}{calm}")
        if CAUTION[decision(told)] < CAUTION[decision(danger)]
    ]
    assert lowered == []


@pytest.mark.parametrize("between", ["\n", " ALSO ", "\n2) ", "\n---\n", " otra cosa ", " SEPARATE CALL: "])
def test_of_three_stories_the_worst_counts_in_every_order(between: str) -> None:
    for danger in DANGEROUS:
        for stories in permutations((danger, CALM[1], CALM[6])):
            assert CAUTION[decision(between.join(stories))] >= CAUTION[decision(danger)], stories


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("gun weapons: none", Decision.RETURN),
        ("He has a gun weapons none", Decision.RETURN),
        ("trae una pistola armas: ninguna", Decision.RETURN),
        ("gun or weapons: none", Decision.OFFER),
        ("gun: none", Decision.OFFER),
        ("weapons: none", Decision.OFFER),
        ("No weapons, also no threats", Decision.OFFER),
    ],
)
def test_a_form_s_none_denies_what_the_form_asks_after_and_nothing_told_before(
    told: str, expected: Decision
) -> None:
    assert decision(f"{SAFE.narrative} {told}.") is expected


@pytest.mark.parametrize("between", [" ALSO ", " [14:32] ", " otra cosa "])
def test_what_is_so_again_is_no_past_even_if_another_entry_says_so(between: str) -> None:
    """What only raises may reach from entry to entry: they may be of one incident."""
    assert decision(f"{SAFE.narrative} He had a gun last year{between}he has it again.") is Decision.RETURN


def test_an_explanation_reaches_over_no_border_of_two_stories() -> None:
    assert decision(f"{SAFE.narrative} A knife lies in the old kitchen.") is Decision.OFFER
    assert decision(f"{SAFE.narrative} A knife ALSO the old kitchen.") is Decision.REVIEW


NO = {"weapons": Answer.NO, "injuries": Answer.NO, "threats": Answer.NO, "children_at_risk": Answer.NO}


@pytest.mark.parametrize(
    ("told", "fields", "expected"),
    [
        ("He has a gun.", NO, Decision.RETURN),
        ("Trae una pistola.", NO, Decision.RETURN),
        ("One man is bleeding.", NO, Decision.RETURN),
        ("There is blood everywhere.", NO, Decision.RETURN),
        ("Hay sangre en el piso.", NO, Decision.RETURN),
        ("She was shot.", NO, Decision.RETURN),
        ("He stabbed him.", NO, Decision.RETURN),
        ("Shots fired.", NO, Decision.RETURN),
        ("Le dispararon.", NO, Decision.RETURN),
        ("Lesiones: sí.", NO, Decision.RETURN),
        ("weapons: yes", NO, Decision.RETURN),
        ("He threatened to kill her.", NO, Decision.RETURN),
        ("Dice que los va a matar.", NO, Decision.RETURN),
        ("A kid is hurt.", NO, Decision.RETURN),
        ("Un niño está lastimado.", NO, Decision.RETURN),
        ("He is hitting her.", NO, Decision.REVIEW),
        ("He said he will kill them.", NO, Decision.REVIEW),
        ("There is a fire.", NO, Decision.REVIEW),
        ("Le pegó.", NO, Decision.REVIEW),
        ("Trae una pistola.", {"language": "en"}, Decision.RETURN),
        ("He has a knife.", {"language": "es"}, Decision.RETURN),
        ("El señor no respira.", {"language": "en"}, Decision.RETURN),
        ("She is not breathing.", {"language": "es-MX"}, Decision.RETURN),
        ("The house is on fire.", {"nature": Nature.NOISE}, Decision.RETURN),
        ("He has a gun.", {"nature": Nature.NOISE}, Decision.RETURN),
        ("", {"nature": Nature.DANGER}, Decision.RETURN),
        ("", {"priority": "CODE 3"}, Decision.RETURN),
        ("No weapons, nobody hurt.", {"weapons": Answer.YES}, Decision.RETURN),
        ("No weapons, nobody hurt.", {"injuries": Answer.YES}, Decision.RETURN),
        ("Nadie amenazó a nadie.", {"threats": Answer.YES}, Decision.RETURN),
        ("The children are safe.", {"children_at_risk": Answer.YES}, Decision.RETURN),
        ("No weapons.", {"weapons": Answer.UNKNOWN}, Decision.REVIEW),
        ("He hits his wife.", {"relation": Relation.NEIGHBORS}, Decision.RETURN),
        ("She wants the police.", {"wish": Wish.MEDIATOR}, Decision.RETURN),
        ("Quiere que venga la policía.", {"wish": Wish.MEDIATOR}, Decision.RETURN),
        ("", {"language": "xx"}, Decision.REVIEW),
    ],
)
def test_of_what_the_fields_and_the_words_say_the_worse_counts(
    told: str, fields: dict[str, object], expected: Decision
) -> None:
    assert decision(f"{SAFE.narrative} {told}", replace(SAFE, **fields)) is expected


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("narrative", [SAFE.narrative, SPANISH])
def test_calm_words_in_the_other_language_that_we_read_stay_an_offer(language: str, narrative: str) -> None:
    assert decision(narrative, replace(SAFE, language=language)) is Decision.OFFER


@pytest.mark.parametrize(
    "priority",
    ["CODE 3", "code3", "CODE-3", "Code  3", "C3", "ＣＯＤＥ ３", "code\u200b 3", "código 3", "P1", "P-0",
     "PRI 1", "Priority: 1", "prioridad 1", "1", "1 - Emergency", "emergent", "EMERGENCIA", "E"],
)  # fmt: skip
def test_an_urgent_priority_is_urgent_however_it_is_written(priority: str) -> None:
    assert is_urgent(priority)


@pytest.mark.parametrize(
    "priority",
    ["", "routine", "P3", "2", "10", "CODE 2", "code 31", "Priority 15", "non-emergency", "NON EMERGENCY",
     "not an emergency", "no emergency", "E2", "low"],
)  # fmt: skip
def test_no_other_priority_is_urgent(priority: str) -> None:
    assert not is_urgent(priority)


@pytest.mark.parametrize(
    ("first", "newer"),
    [
        (replace(SAFE, weapons=Answer.YES), SAFE),
        (SAFE, replace(SAFE, weapons=Answer.YES)),
        (replace(SAFE, narrative="He has a gun."), replace(SAFE, narrative="No gun. All is calm now.")),
        (SAFE, replace(SAFE, narrative="weapons: none\nHe has a gun.")),
        (replace(SAFE, priority="CODE-3"), replace(SAFE, priority="routine")),
        (SAFE, replace(SAFE, nature=Nature.DANGER)),
        (SAFE, replace(SAFE, narrative="Trae una pistola.", language="en")),
        (replace(SAFE, narrative="no"), replace(SAFE, narrative="gun on the table")),
    ],
)
def test_of_a_call_and_its_update_the_worse_counts(first: Signs, newer: Signs) -> None:
    verdict = screen(first.raised_by(newer))
    assert verdict.decision is worst(screen(first).decision, screen(newer).decision) is Decision.RETURN

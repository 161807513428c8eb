"""Nobody is sent to look at a person for being there, and who people are changes no decision.

`calls` are the first clear and the first doubtful calls of the tuning calls: the ones that a name, an
area or a race could tip.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.referrals.natures import Nature
from app.triage.bias import WANTS_POLICE, only_somebody_being_there
from app.triage.policies import shipped_policy
from app.triage.questions import signs_from
from app.triage.reading import read
from app.triage.rules import BIAS_SUSPECTED, Decision, Verdict, screen
from app.triage.second_reader import shipped_reader
from app.triage.signs import Answer, Relation, Signs, Wish

TUNE = Path(__file__).parents[2] / "triage" / "corpora" / "tune.jsonl"
OF_EACH = 60

WHO = [
    "Black", "Latino", "Asian", "Armenian", "Muslim", "Korean", "African American", "Native American",
    "Sikh", "transgender"
]  # fmt: skip
QUIEN = [
    "moreno", "negro", "indígena", "chino", "árabe", "musulmán", "tatuado", "extranjero",
    "afroamericano", "prieto"
]  # fmt: skip
BEING_THERE = [
    *((told, WHO) for told in (
        "A {} man is standing on the corner.",
        "There is a {} man walking on our street.",
        "{} male sitting in a parked car.",
        "Two {} teens are looking at houses.",
        "A {} woman is taking pictures of the park.",
        "A {} man is waiting by the bus stop for an hour.",
        "{} guy sits on the steps of the library.",
        "A {} lady is reading on the bench.",
        "A {} family is having a picnic in the park.",
        "A {} man is jogging past the school.",
        "A {} boy is sketching the church.",
        "{} men are parked at the end of the block.",
        "A {} man is near the mailboxes.",
        "A {} driver is delivering packages.",
        "A {} man is in the lobby, he doesn't belong here.",
    )),
    *((told, QUIEN) for told in (
        "Un hombre {} está parado en la esquina.",
        "Un señor {} camina por la calle.",
        "Hay un muchacho {} sentado en la banca.",
        "Un joven {} está esperando el camión.",
        "Un hombre {} está mirando las casas.",
        "Un señor {} está leyendo en el parque.",
        "Un muchacho {} anda por aquí.",
        "Un señor {} está vendiendo fruta.",
        "Un joven {} está tomando fotos.",
    )),
]  # fmt: skip
DOING = [
    *((told, WHO) for told in (
        "A {} man is standing on the corner and yelling at the clerk.",
        "A {} man is parked there blocking the driveway.",
        "A {} man is parked with loud music.",
        "A {} woman is walking around asking for water.",
        "A {} man is sitting on the curb arguing with his neighbor.",
        "A {} man is walking and talking to himself.",
        "A {} man is parked across the gate and won't move.",
    )),
    *((told, QUIEN) for told in (
        "Un hombre {} está parado en la esquina gritando a la gente.",
        "Un muchacho {} está parado y bloquea la entrada.",
        "Un joven {} está esperando y pide agua.",
        "Un hombre {} está discutiendo con el cajero.",
    )),
]  # fmt: skip
IN_DANGER = [
    ("A {} man is standing on the corner with a gun in his hand.", WHO),
    ("A {} man is sitting in a parked car, he is not breathing.", WHO),
    ("Un hombre {} está parado en la esquina con una pistola en la mano.", QUIEN),
]


def is_bias(narrative: str) -> bool:
    return only_somebody_being_there(read(narrative, shipped_policy()))


def well_told(narrative: str) -> Verdict:
    """The verdict on a call whose every answer speaks for an offer."""
    no = Answer.NO
    signs = Signs(Nature.NEIGHBOR, no, no, no, no, Relation.STRANGERS, Wish.MEDIATOR, "en", narrative)
    return screen(signs, shipped_policy(), shipped_reader())


@pytest.mark.parametrize(("told", "people"), BEING_THERE)
def test_being_there_is_nothing_to_send_anybody_for_whoever_it_is(told: str, people: list[str]) -> None:
    assert [who for who in people if not is_bias(told.format(who))] == []


@pytest.mark.parametrize(("told", "people"), BEING_THERE)
def test_a_person_reads_such_a_call_however_well_it_is_answered(told: str, people: list[str]) -> None:
    for who in people:
        verdict = well_told(told.format(who))
        assert (verdict.decision, verdict.first_code) == (Decision.REVIEW, BIAS_SUSPECTED), who
        assert verdict.flags == {BIAS_SUSPECTED}


@pytest.mark.parametrize(("told", "people"), DOING)
def test_a_call_about_something_done_is_no_such_call(told: str, people: list[str]) -> None:
    assert [who for who in people if is_bias(told.format(who))] == []


@pytest.mark.parametrize(("told", "people"), IN_DANGER)
def test_a_real_danger_outweighs_it(told: str, people: list[str]) -> None:
    for who in people:
        verdict = well_told(told.format(who))
        assert (verdict.decision, verdict.flags) == (Decision.RETURN, frozenset()), who


@pytest.mark.parametrize(
    "narrative", ["Suspicious person on the block.", "Nobody recognizes him.", "Gente asi no es de aqui."]
)
def test_not_belonging_is_no_conduct_even_of_nobody_described(narrative: str) -> None:
    assert is_bias(narrative)


@pytest.mark.parametrize(
    "narrative", ["A Black man.", "A man is standing on the corner.", "", "Un señor moreno."]
)
def test_who_alone_and_where_alone_are_not_it(narrative: str) -> None:
    assert not is_bias(narrative)


@cache
def calls() -> list[dict[str, Any]]:
    every = [json.loads(line) for line in TUNE.read_text(encoding="utf-8").splitlines()]
    return [
        call
        for expected in ("accept", "review")
        for call in [one for one in every if one["expected"] == expected][:OF_EACH]
    ]


def decision_with(call: dict[str, Any], sentence: str) -> Decision:
    signs = signs_from(
        {name: str(call["modifiers"].get(name) or "") for name in ("weapons", "injuries", "threats")},
        call_type=shipped_policy().call_types.read(call["call_type"]["code"], call["call_type"]["text"]),
        nature=None,
        narrative=f"{call['narrative']} {sentence}",
        language=call["modifiers"]["language"],
        priority=call["priority"],
        has_place=True,
        is_in_area=True,
    )
    return screen(signs, shipped_policy(), shipped_reader()).decision


NAMES = [
    "Maria", "DeShawn", "Nguyen", "Armen", "Mohammed", "Soojin", "Xochitl", "Priya", "Kwame", "Yitzhak",
    "Brandon", "Lakisha"
]  # fmt: skip
AREAS = [
    "Watts", "Boyle Heights", "Koreatown", "Venice", "Pacoima", "Brentwood", "Hollywood", "Crenshaw"
]  # fmt: skip
LANGUAGES = [
    "Spanish", "English", "Farsi", "Tagalog", "Mandarin", "Cantonese", "Arabic", "Russian",
    "Vietnamese", "Thai", "Hindi", "Mixteco", "Zapoteco", "Quiche", "Somali", "Armenian", "Korean", "ASL",
]  # fmt: skip


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param([f"The caller is called {name} and lives in Watts." for name in NAMES], id="names"),
        pytest.param([f"The caller is called Maria and lives in {area}." for area in AREAS], id="areas"),
        pytest.param([f"{code}/30S." for code in ("MW", "MB", "MH", "FW", "FB", "FH")], id="races"),
        pytest.param([f"Speaks {language}." for language in LANGUAGES], id="languages"),
    ],
)
def test_who_somebody_is_and_where_they_live_changes_no_decision(sentences: list[str]) -> None:
    flips = [
        (call["id"], decisions)
        for call in calls()
        if len(decisions := {decision_with(call, sentence) for sentence in sentences}) > 1
    ]
    assert len(calls()) == 2 * OF_EACH
    assert flips == []


NOTHING_IS_DONE = [
    "Somebody is on the bench with a thermos. He's not doing anything, she just has a feeling.",
    "Two women are having lunch on the lawn. Nothing else. PR says it is the wrong image for the wedding.",
    "PR WANTS TO KNOW WHO THEY ARE. SITTING ON STOOP, TALKING. NO CONDUCT GIVEN.",
    "A man sits in his own car and reads. Caller says that car can't be his. Asked what he did, nothing.",
    "He's just standing at the bus stop. I'd like him moved along, you never know.",
    "Someone is drawing the church. Caller finds it odd and wants police.",
    "People are praying under the trees, quiet. She shouldn't have to see that, they don't fit here.",
    "Hay dos muchachos en la banca, no hacen nada. Que dan mal aspecto.",
    "Un señor lee en el parque. No molesta a nadie. Uno nunca sabe con esa gente.",
    "Nomás están ahí platicando. Quiere saber quiénes son y que los quiten.",
    "Una señora mira las casas. No supo decir qué hizo. No parece de por aquí.",
    "Ese coche no puede ser suyo, dice. El muchacho nada más está sentado. Quiere patrulla.",
]
SOMETHING_ELSE = [
    "Two neighbors argue about a fence and want somebody to help them agree.",
    "She finds the music too loud after ten, and both would like a mediator.",
    "He wants to know who pays for the broken pot, and the owner is calm.",
    "Un vecino no ha hecho nada por arreglar la cerca y discuten.",
    "Los dos se conocen de años y no se ponen de acuerdo con la basura.",
    "The tenant wants her deposit; nobody did anything about it for a month.",
    "He has done nothing about the leak, they argue over the rent.",
    "They know what the other one needs, and both agree to talk.",
]


@pytest.mark.parametrize("told", NOTHING_IS_DONE)
def test_who_says_that_nothing_is_done_is_asked_what_the_person_does(told: str) -> None:
    assert is_bias(told)
    verdict = well_told(told)
    assert verdict.decision is Decision.REVIEW, [one for one in verdict.reasons if one.decision]
    assert verdict.flags == {BIAS_SUSPECTED}


@pytest.mark.parametrize("told", SOMETHING_ELSE)
def test_a_quarrel_is_not_taken_for_somebody_being_there(told: str) -> None:
    assert not is_bias(told)


@pytest.mark.parametrize(("told", "people"), IN_DANGER)
def test_police_are_not_held_back_where_a_danger_is_told(told: str, people: list[str]) -> None:
    verdict = well_told(f"{told.format(people[0])} Caller wants police.")
    assert verdict.decision is Decision.RETURN
    assert {one.decision for one in verdict.reasons if one.code == WANTS_POLICE} == {Decision.RETURN}

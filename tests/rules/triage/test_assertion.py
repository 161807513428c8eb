"""How a thing that a narrative names stands: told, denied, doubtful, past, supposed or out of a tale."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.triage.assertion import Status
from app.triage.policy import Policy
from app.triage.policy_documents import policy_from
from app.triage.policy_files import FOLDER, read_yaml, shipped_document
from app.triage.reading import read
from app.triage.words import words_of

CONCEPTS = [
    {
        "concept": "blade",
        "kind": "danger",
        "phrases": [
            {"en": "knife", "is": "A knife.", "not": "A spoon."},
            {"es": "cuchillo", "is": "Un cuchillo.", "not": "Una cuchara."},
        ],
    },
    {
        "concept": "no_air",
        "kind": "danger",
        "phrases": [
            {"en": "not breathing", "denies_itself": True, "is": "Not breathing.", "not": "Breathing."},
            {"es": "no respira", "denies_itself": True, "is": "No respira.", "not": "Respira."},
        ],
    },
]
CUES = read_yaml((FOLDER / "cues.yaml").read_text(encoding="utf-8"))


@cache
def policy() -> Policy:
    """Two dangers, under the cues and limits that are shipped."""
    return policy_from(shipped_document() | {"cues": CUES, "lists": {}, "concepts": CONCEPTS})


def standing(narrative: str) -> list[str]:
    return [finding.status.value for finding in read(narrative, policy()).findings]


TOLD = {
    Status.ASSERTED: [
        "He has a knife.",
        "trae un cuchillo",
        "No weapons, but he has a knife.",
        "No gun, except a knife.",
        "no gun, just a knife",
        "No gun and he has a knife.",
        "No gun. Knife in hand.",
        "No gun\nknife in hand",
        "no gun, there is a knife on the table by the door",
        "no weapons, and nobody hurt, his knife is on the table",
        "no pistola pero trae un cuchillo",
        "no trae pistola, solo un cuchillo",
        "no trae pistola y trae un cuchillo",
        "No doubt he has a knife.",
        "He not only yells, he has a knife.",
        "He won't stop waving a knife.",
        "no solo grita, trae un cuchillo",
        "no suelta el cuchillo",
        "Knife in hand, gun: none.",
        "Knife. None.",
        "He had a knife last year and has it again now.",
        "hace dos anos traia cuchillo y ahora otra vez",
    ],
    Status.NEGATED: [
        "No knife.",
        "He denies having a knife.",
        "He doesn’t have a knife.",
        "without a knife",
        "no trae cuchillo",
        "niega tener cuchillo",
        "sin cuchillo",
        "No weapons, drugs or knife.",
        "No guns, bats, drugs, or knife.",
        "no gun, no drugs, no knife seen",
        "NO WPNS/KNIFE SEEN",
        "sin armas, drogas ni cuchillo",
        "knife: none",
        "Knife - none",
        "knife: negative",
        "knife ruled out",
        "cuchillo: ninguno",
        "cuchillo: negativo",
        "No knife last year.",
    ],
    Status.UNCERTAIN: [
        "maybe a knife",
        "poss knife",
        "unk if knife",
        "She thinks he has a knife.",
        "a lo mejor trae cuchillo",
        "parece un cuchillo",
        "no knife that I can see",
        "no knife as far as PR knows",
        "no knife seen yet",
        "no hay cuchillo hasta ahora",
        "no cuchillo que se vea",
    ],
    Status.PAST: [
        "He had a knife last year.",
        "He used to carry a knife.",
        "hx of knife",
        "hace dos anos traia un cuchillo",
        "antes usaba cuchillo",
    ],
    Status.HYPOTHETICAL: [
        "If he brings a knife call us.",
        "asked if he has a knife",
        "por si trae un cuchillo",
        "en caso de que traiga cuchillo",
    ],
    Status.QUOTED: [
        "He plays a video game about a knife.",
        "It is a movie about a knife.",
        "canta un corrido del cuchillo",
        "en la pelicula trae un cuchillo",
    ],
}


@pytest.mark.parametrize(
    ("narrative", "status"), [(narrative, status.value) for status in TOLD for narrative in TOLD[status]]
)
def test_a_thing_stands_as_its_sentence_says(narrative: str, status: str) -> None:
    assert standing(narrative) == [status]


@pytest.mark.parametrize(
    ("narrative", "statuses"),
    [
        ("No knife. Knife in hand.", ["negated", "asserted"]),
        ("No knife\nknife in hand", ["negated", "asserted"]),
        (
            "not wanting to talk to the man from the second floor who stood by the stairs with a knife",
            ["asserted"],
        ),
        (
            "no quiso hablar con el señor del segundo piso que estaba junto a la escalera con un cuchillo",
            ["asserted"],
        ),
        ("He had a knife last year. He has a knife.", ["past", "asserted"]),
        ("A knife in a movie. A knife in his hand.", ["quoted", "asserted"]),
        ("maybe a knife. A knife.", ["uncertain", "asserted"]),
        ("If he has a knife. He has a knife.", ["hypothetical", "asserted"]),
        ("no cuchillo; trae un cuchillo", ["negated", "asserted"]),
    ],
)
def test_no_cue_reaches_into_the_next_sentence(narrative: str, statuses: list[str]) -> None:
    assert standing(narrative) == statuses


@pytest.mark.parametrize(
    "narrative",
    [
        "He is not breathing.",
        "el senor no respira",
        "He is not talking, not breathing.",
        "no injuries, not breathing",
        "no weapons and not breathing",
        "sin pulso, no respira",
    ],
)
def test_a_phrase_that_holds_its_own_no_is_not_denied_by_it(narrative: str) -> None:
    assert standing(narrative) == ["asserted"]


def test_a_doubt_reaches_a_phrase_that_holds_its_own_no() -> None:
    assert standing("maybe not breathing") == ["uncertain"]


CUE_WORDS = sorted(
    {
        way.replace("_", " ").rstrip("*?")
        for cues in CUES.values()
        for cue in cues
        for part in cue.split()
        for way in part.split("|")
    }
)
PIECES = ["knife", "cuchillo", "not breathing", "fence", ",", ".", " - ", ":", *CUE_WORDS]
SOME = st.sampled_from(PIECES)


@given(before=st.lists(SOME, max_size=12).map(" ".join), after=st.lists(SOME, max_size=12).map(" ".join))
def test_a_later_line_never_changes_how_an_earlier_line_stands(before: str, after: str) -> None:
    alone = [(one.phrase.rule, one.first, one.status) for one in read(before, policy()).findings]
    both = read(f"{before}\n{after}", policy()).findings

    within = len(words_of(before))
    assert [(one.phrase.rule, one.first, one.status) for one in both if one.first < within] == alone

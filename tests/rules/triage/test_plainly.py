"""What takes a danger away must say so plainly: a denial, a tale or a time that may speak of something else
takes nothing away."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.triage.policies import shipped_policy
from app.triage.policy import Kind, PolicyPhrase, Then
from app.triage.reading import read
from app.triage.rules import Decision
from tests.support.screening import SAFE, screen

# Each ends where somebody new does something; what follows is no part of what was denied, shown or long ago.
BEFORE = {
    "en": [
        "No weapons seen and he",
        "Nobody answers the door she",
        "She is not okay he",
        "Without any warning he",
        "They were watching a movie and he",
        "Prior calls here he",
        "He used to live here he",
        "Not sure what they want he",
    ],
    "es": [
        "No abren la puerta y el",
        "Nadie contesta ella",
        "Sin avisar el",
        "Estaban viendo una pelicula y el",
        "Antes vivia aqui el",
        "No quieren hablar y ella",
    ],
}
# "seen and he AMBULANCE NOW" is "seen .. now", word by word.
READ_OTHERWISE = {"en_medical_danger.36", "en_medical_danger.79"}


def dangers() -> Iterator[tuple[PolicyPhrase, str]]:
    """Each phrase of danger, by its example, behind one of these; all of them over the whole policy."""
    told = [one for one in shipped_policy().phrases if one.concept.kind is Kind.DANGER]
    for number, phrase in enumerate(told):
        before = BEFORE["en" if phrase.language == "en" else "es"]
        yield phrase, f"{before[number % len(before)]} {phrase.example}"


def test_no_danger_of_the_policy_is_taken_away_by_what_is_said_of_something_else() -> None:
    missed = []
    for phrase, text in dangers():
        reading = read(text, shipped_policy())
        if not reading.asking(Then.RETURN) and not reading.asking(Then.REVIEW):
            missed.append(f"{phrase.rule}: {text}")
    assert [one for one in missed if one.split(":")[0] not in READ_OTHERWISE] == []


def decision(told: str) -> Decision:
    return screen(replace(SAFE, narrative=f"{SAFE.narrative} {told}")).decision


@pytest.mark.parametrize(
    "told",
    [
        "He refused to give up the gun.",
        "He refuses to drop the knife.",
        "He did not drop the gun.",
        "He would not let go of her throat.",
        "Without warning he pulled a knife.",
        "Without hesitation he shot at the car.",
        "No one can stop him from using the gun.",
        "There is no way he will put the gun down.",
        "No weapons seen he has a gun.",
        "He can't stop hitting her.",
        "She is not okay he is strangling her.",
        "Could not calm him down he stabbed her.",
        "He has nothing to lose he will kill them.",
        "He has no shirt on and a knife in his hand.",
        "He has a knife none hurt.",
        "Not a toy a real gun.",
        "Sin avisar saco un cuchillo.",
        "Se niega a soltar el cuchillo.",
        "No quiere soltar la pistola.",
        "Nadie lo puede parar, le está pegando.",
        "They were watching a movie when he stabbed her.",
        "He was singing a song and punched her.",
        "He was playing a video game and then pulled a knife on his brother.",
        "Prior calls at location he stabbed her.",
        "History of arguments he has a gun.",
        "Used to be friends he pulled a knife.",
        "He pulled a Pistla on me.",
    ],
)
def test_a_danger_behind_a_no_that_is_none_is_never_offered(told: str) -> None:
    assert decision("They talk.") is Decision.OFFER
    assert decision(told) is not Decision.OFFER


@pytest.mark.parametrize(
    "told",
    [
        "Caller saw him stab her today.",
        "I heard him shoot her this morning.",
        "She saw him stabbing someone tonight.",
        "Caller heard gunshots this morning.",
        "We saw a gun fired through the window.",
        "He never put his gun hand.",
        "Lo vio golpearla hoy.",
    ],
)
def test_what_stands_in_the_gap_of_a_calm_phrase_is_not_explained_by_it(told: str) -> None:
    assert decision(told) is not Decision.OFFER


@pytest.mark.parametrize(
    "told",
    [
        "No weapons seen or mentioned.",
        "No guns, no knives, nobody hurt.",
        "Caller denies any threats, weapons or injuries.",
        "Nobody has threatened anybody.",
        "No one has a gun.",
        "They have not pulled a knife.",
        "He does not want to fight.",
        "No trae pistola ni cuchillo.",
        "Nadie está herido y no hay armas.",
        "The noise is gunshots from a video game.",
        "It is a shooting movie on tv.",
        "Ten years ago he had a gun, he sold it.",
        "Le está pegando el sol a las plantas.",
    ],
)
def test_what_is_plainly_denied_shown_or_long_ago_can_still_be_offered(told: str) -> None:
    assert decision(told) is Decision.OFFER


@pytest.mark.parametrize("told", ["No está bien de salud.", "He is not okay.", "No one can calm her down."])
def test_what_only_looks_like_a_denial_does_not_speak_for_calm(told: str) -> None:
    assert read(told, shipped_policy()).of(Kind.SAFE) == []

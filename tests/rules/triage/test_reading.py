"""Which words of a narrative stop a call, which answer a question, and where they stand."""

import pytest

from app.triage.lexicon import DANGER_WORDS, DENIALS
from app.triage.reading import read

NEUTRAL = "Two neighbors argue about a fence"


def kinds_in(narrative: str) -> set[str]:
    return {span.kind for span in read(narrative).dangers}


@pytest.mark.parametrize("kind", DANGER_WORDS)
def test_every_danger_word_is_found_however_it_is_written(kind: str) -> None:
    missed = [
        written
        for phrase in DANGER_WORDS[kind]
        for written in (phrase, phrase.upper(), f"«{phrase}».", f"_{phrase}_")
        if not kinds_in(f"{NEUTRAL}, {written} and so on")
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("narrative", "kind"),
    [
        ("He has a gun", "weapon"),
        ("The gun’s in the car", "weapon"),
        ("Tiene una navaja", "weapon"),
        ("She punched him", "violence"),
        ("Lo golpeó ayer", "violence"),
        ("Lo golpeo ayer", "violence"),
        ("He will burn the house", "threat"),
        ("La amenazó otra vez", "threat"),
        ("He can’t breathe", "medical"),
        ("El señor no respira", "medical"),
        ("He wants to die", "self_harm"),
        ("Dice que quiere morir", "self_harm"),
        ("A baby alone inside", "child"),
        ("Hay un niño solo", "child"),
        ("Smell of gas in the hall", "fire"),
        ("Hay humo en la casa", "fire"),
        ("They kicked the door", "crime"),
        ("Somebody broke in", "crime"),
        ("Se metieron a robar", "crime"),
        ("He is calling his cousins", "group"),
        ("Dice que viene con gente", "group"),
    ],
)
def test_dangers_are_read_in_english_and_spanish(narrative: str, kind: str) -> None:
    assert kind in kinds_in(narrative)


@pytest.mark.parametrize(
    "narrative",
    [
        "He ate a grape",
        "Mr. Bates is loud",
        "Skilled people",
        "The begun work",
        "Armand argues",
        "Hitchcock Road",
    ],
)
def test_a_word_inside_a_word_is_not_found(narrative: str) -> None:
    assert read(narrative).dangers == ()


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u200d", "\u00ad", "\u2060", "\ufeff", "\u034f", "\u200e", "\u2066", "\u0301"]
)
def test_a_hidden_character_does_not_hide_a_danger(hidden: str) -> None:
    assert kinds_in(f"He has a kni{hidden}fe") == {"weapon"}
    assert kinds_in(f"He has a {hidden}knife{hidden}") == {"weapon"}
    assert kinds_in(f"He is not {hidden} breathing") == {"medical"}
    assert read(f"{hidden} {hidden} {hidden}").word_count == 0


def test_accents_count_for_nothing_in_either_form() -> None:
    assert kinds_in("un pun\u0303etazo") == kinds_in("un puñetazo") == kinds_in("un punetazo") == {"violence"}
    assert kinds_in("ｋｎｉｆｅ") == {"weapon"}  # wide letters, as some keyboards send them


def test_a_danger_is_marked_where_it_was_written() -> None:
    narrative = "¿Qué? Él tiene un cu\u200bchillo — grande"
    [found] = read(narrative).dangers

    assert narrative[found.start : found.end] == "cu\u200bchillo"


@pytest.mark.parametrize("kind", DENIALS)
def test_every_plain_denial_is_an_answer_and_no_danger(kind: str) -> None:
    for phrase in DENIALS[kind]:
        reading = read(f"{NEUTRAL}, {phrase}.")
        assert (kind, ()) == (reading.denials[0].kind if reading.denials else "", reading.dangers), phrase


@pytest.mark.parametrize(
    "narrative", ["no gun", "no guns seen", "not a knife", "sin pistola", "nobody was shot"]
)
def test_only_the_plain_question_is_denied(narrative: str) -> None:
    assert read(narrative).denials == ()
    assert read(narrative).dangers


def test_a_denial_hides_only_its_own_words() -> None:
    assert kinds_in("no weapons, but he has a knife") == {"weapon"}
    assert kinds_in("no weapons and then weapons") == {"weapon"}


@pytest.mark.parametrize(
    "narrative",
    [
        "Is she calm? No. Weapons seen",
        "Answered no\nweapons seen now",
        "Is it over? No, injuries",
        "Alone? No! Threats made",
        "Calm? no - weapons seen",
        "He brought weapons. None of them left",
    ],
)
def test_an_answer_stands_in_one_piece(narrative: str) -> None:
    assert read(narrative).denials == ()
    assert read(narrative).dangers


def test_a_denial_tells_nothing_of_what_goes_on() -> None:
    assert read("no weapons, no injuries, no threats").word_count == 0
    assert read("loud music, no weapons").word_count == 2

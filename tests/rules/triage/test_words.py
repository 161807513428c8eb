"""The words of a narrative are the same however they are written or disguised, and stay in their place."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.triage.words import fold_text, words_of

HIDDEN = ["\u200b", "\u200d", "\u00ad", "\u2060", "\ufeff", "\u034f", "\u200e", "\u2066", "\u0301"]
texts = st.text() | st.lists(
    st.sampled_from([*HIDDEN, *"gun kn1fe @$!|'’ -/.\n", "🔫", "刀", "пистолет", "ｇ", "ñ", "İ", "ß", "½"])
).map("".join)


def folded(text: str) -> list[str]:
    return [word.folded for word in words_of(text)]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_hidden_character_hides_no_word(hidden: str) -> None:
    assert folded(f"He has a kni{hidden}fe") == ["he", "has", "a", "knife"]
    assert folded(f"a {hidden}knife{hidden} here") == ["a", "knife", "here"]
    assert folded(f"not {hidden} breathing") == ["not", "breathing"]
    assert folded(f"{hidden} {hidden} {hidden}") == []


@given(hidden=st.lists(st.sampled_from(HIDDEN), max_size=6), at=st.integers(0, 5))
def test_no_number_of_hidden_characters_anywhere_in_a_word_hides_it(hidden: list[str], at: int) -> None:
    assert folded("knife"[:at] + "".join(hidden) + "knife"[at:]) == ["knife"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("KNIFE", "knife"),
        ("_knife_", "knife"),
        ("«Knife».", "knife"),
        ("knife's", "knife"),
        ("knife’s", "knife"),
        ("don’t", "don't"),
        ("ｋｎｉｆｅ", "knife"),
        ("𝐤𝐧𝐢𝐟𝐞", "knife"),
        ("ﬁre", "fire"),
        ("puñetazo", "punetazo"),
        ("pun\u0303etazo", "punetazo"),
        ("PUÑETAZO", "punetazo"),
        ("amenazó", "amenazo"),
        ("s\u0336h\u0336o\u0336t", "shot"),
    ],
)
def test_case_accents_and_wide_letters_count_for_nothing(written: str, read: str) -> None:
    assert folded(written) == [read]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("кnife", "knife"),
        ("knifе", "knife"),
        ("сuсhillo", "cuchillo"),
        ("рistоla", "pistola"),
        ("gυn", "gun"),
        ("аrmа", "arma"),
    ],
)
def test_letters_of_other_alphabets_among_ours_are_read_as_ours(written: str, read: str) -> None:
    assert not written.isascii()
    assert folded(written) == [read]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("kn1fe", "knife"),
        ("kn!fe", "knife"),
        ("p1stola", "pistola"),
        ("w3apon", "weapon"),
        ("we@pon", "weapon"),
        ("sh00t", "shoot"),
        ("pu$hed", "pushed"),
        ("5hot", "shot"),
    ],
)
def test_figures_among_letters_are_read_as_letters(written: str, read: str) -> None:
    assert folded(f"he will {written} now") == ["he", "will", read, "now"]


@pytest.mark.parametrize("written", ["5150", "620", "100", "b4", "m8", "2x4", "ar15", "2200"])
def test_a_number_stays_a_number(written: str) -> None:
    assert folded(written) == [written]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("g u n", ["gun"]),
        ("g.u.n", ["gun"]),
        ("g-u-n", ["gun"]),
        ("K N I F E", ["knife"]),
        ("k\u200b n i f e", ["knife"]),
        ("has g u n now", ["has", "gun", "now"]),
        ("w/o", ["w", "o"]),
        ("a b", ["a", "b"]),
        ("y o no", ["y", "o", "no"]),
    ],
)
def test_three_letters_apart_are_a_word_and_two_are_not(written: str, read: list[str]) -> None:
    assert folded(written) == read


@pytest.mark.parametrize(
    ("written", "read"), [("kniiiife", "knife"), ("GUNNNN", "gun"), ("nooooo", "no"), ("shoot", "shoot")]
)
def test_drawn_out_letters_are_read_once_and_double_letters_stay(written: str, read: str) -> None:
    assert folded(written) == [read]


@pytest.mark.parametrize(
    ("picture", "read"),
    [
        ("🔫", "gun"),
        ("🔪", "knife"),
        ("🗡️", "knife"),
        ("🪓", "axe"),
        ("💣", "bomb"),
        ("🔥", "fire"),
        ("💊", "overdose"),
    ],
)
def test_a_picture_is_the_word_it_shows(picture: str, read: str) -> None:
    assert folded(f"he has {picture}") == ["he", "has", read]
    assert folded(f"he{picture}has") == ["he", read, "has"]


def test_chinese_is_read_sign_by_sign() -> None:
    assert folded("他有刀。") == ["他", "有", "刀"]
    assert folded("He有刀") == ["he", "有", "刀"]


@pytest.mark.parametrize(("written", "read"), [("سكين", "سکین"), ("يك", "یک"), ("총을", "총을")])
def test_persian_letters_and_korean_syllables_have_one_form(written: str, read: str) -> None:
    assert folded(written) == [read]


def test_a_word_stands_where_it_was_written() -> None:
    text = "¿Qué? Él tiene un cu\u200bchillo — g u n 🔪"

    assert [text[word.start : word.end] for word in words_of(text)][-3:] == ["cu\u200bchillo", "g u n", "🔪"]


@given(text=texts)
@example(text="\u0301a g\u200b u n")
@example(text="g u n")
def test_the_words_of_any_text_lie_in_it_one_after_the_other(text: str) -> None:
    words = words_of(text)

    places = [place for word in words for place in (word.start, word.end)]
    assert places == sorted(places)
    assert all(0 <= word.start < word.end <= len(text) and word.folded for word in words)


@pytest.mark.parametrize(
    ("written", "read"), [("620 NEIGHBOR", "620 neighbor"), ("Peleá", "pelea"), ("pelea\u0301", "pelea")]
)
def test_a_whole_text_is_folded_with_its_marks(written: str, read: str) -> None:
    assert fold_text(written) == read

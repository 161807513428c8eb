"""How near two words are: wrong letters count, what sounds alike is one, and no near word is passed over."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.triage.misspelling import edits, spelling_of
from app.triage.policies import shipped_policy

POLICY = shipped_policy()


@pytest.mark.parametrize(
    ("right", "written"),
    [
        *(
            ("cuchillo", "kuchiyo"),
            ("vivo", "bibo"),
            ("zapato", "sapato"),
            ("cerca", "serka"),
            ("hacha", "acha"),
        ),
        *(("gente", "jente"), ("queso", "keso"), ("seguir", "segir"), ("knife", "nife"), ("wrist", "rist")),
        *(("attack", "atak"), ("phone", "fone"), ("chute", "shute"), ("hammer", "amer")),
    ],
)
def test_words_that_sound_alike_are_one(right: str, written: str) -> None:
    assert spelling_of(right).sound == spelling_of(written).sound


def table(one: str, other: str) -> int:
    """The distance by the whole table, as in a textbook."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        rows.append([i])
        for j, beside in enumerate(other, 1):
            least = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (letter != beside))
            if i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], beside):
                least = min(least, rows[i - 2][j - 2] + 1)
            rows[i].append(least)
    return rows[-1][-1]


short_words = st.text("abc", max_size=8)


@given(one=short_words, other=short_words, most=st.sampled_from([1, 2]))
def test_edits_are_counted_as_far_as_asked(one: str, other: str, most: int) -> None:
    assert edits(one, other, most) == min(table(one, other), most + 1)


@given(
    word=st.sampled_from(
        sorted(word for word in POLICY.speller.dangers if re.fullmatch("[a-z]{5,25}", word))
    ),
    at=st.integers(1, 24),
    letter=st.sampled_from("aeioumtrs"),
    slip=st.sampled_from(["missing", "wrong", "more", "swapped"]),
)
def test_a_word_with_one_slip_behind_its_first_letter_is_compared_with_what_is_meant(
    word: str, at: int, letter: str, slip: str
) -> None:
    at = 1 + at % (len(word) - 1)
    rest = {"missing": word[at + 1 :], "wrong": letter + word[at + 1 :], "more": letter + word[at:]}
    swapped = word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    written = spelling_of(word[:at] + rest.get(slip, swapped))

    close = [one.word for one in POLICY.speller.index.alike(written)]
    assert word in close or edits(written.sound, spelling_of(word).sound, 1) > 1

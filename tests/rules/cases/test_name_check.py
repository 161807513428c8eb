"""The look for names in a note: it finds what a tired person leaves in, and lets our own words be."""

import pytest

from app.cases.name_check import holds_long_number, words_like_names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Heron says the cousin of Maria parked there on Thursday.", ["Maria"]),
        ("We met Finch at the gate. Quiet now.", []),
        ("he is called José, and she is Anahí", ["José", "Anahí"]),
        ("spoke with Maria's brother, then Maria again", ["Maria"]),
        ("Wants the paper in Spanish", []),
        ("a new sentence. Jorge came", []),  # cannot be told apart from any first word
        ("they live in Boyle Heights", []),
        ("with O'Neill at noon", ["O'Neill"]),
        ("the LAPD came, and EMS", []),
        ("said “Quiet now” and left", []),
    ],
)
def test_words_like_names(text, found):
    assert words_like_names(text, known=["Boyle Heights"]) == found


@pytest.mark.parametrize(
    ("text", "is_long"),
    [
        ("call 213 555 0123", True),
        ("+1 (213) 555-0199", True),
        ("$60 by 30 Nov", False),
        ("at 19:10, 70 minutes", False),
    ],
)
def test_a_phone_number_is_seen(text, is_long):
    assert holds_long_number(text) is is_long

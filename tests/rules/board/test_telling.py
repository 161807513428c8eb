"""Marking the words that reasons stand on: nothing is lost, nothing is doubled."""

from hypothesis import given
from hypothesis import strategies as st

from app.board.telling import mark, number_reasons


def reason(code="weapons_no", weight="for", start=None, end=None):
    return {"code": code, "weight": weight, "start": start, "end": end}


def test_the_words_of_a_reason_are_marked_with_its_number():
    reasons = [reason("weapons_no", "for", 4, 8), reason("word_group", "against", 9, 12)]

    pieces = mark("abc defg hij.", reasons)

    found = [(piece.words, piece.reason.number if piece.reason else None) for piece in pieces]
    assert found == [("abc ", None), ("defg", 2), (" ", None), ("hij", 1), (".", None)]


def test_reasons_against_come_first_and_each_code_once():
    numbered = number_reasons([reason("a"), reason("b", "against"), reason("a"), reason("c", "against")])

    assert [(one.number, one.code) for one in numbered] == [(1, "b"), (2, "c"), (3, "a")]


def test_a_word_that_weighed_a_little_hides_no_weapon():
    text = "He pulled a switchblade."
    reasons = [reason("word_weapon", "against", 3, 23), reason("second_reader", "against", 3, 9)]

    pieces = [(piece.words, piece.reason and piece.reason.code) for piece in mark(text, reasons)]

    assert pieces == [("He ", None), ("pulled a switchblade", "word_weapon"), (".", None)]


def test_where_two_reasons_stand_on_the_same_words_the_one_against_marks_them():
    pieces = mark("calm words", [reason("words_only", "for", 0, 4), reason("word_threat", "against", 0, 4)])

    assert pieces[0].reason is not None
    assert pieces[0].reason.code == "word_threat"


spans = st.builds(
    reason,
    code=st.sampled_from(["a", "b", "c"]),
    weight=st.sampled_from(["for", "against"]),
    start=st.none() | st.integers(-3, 30),
    end=st.none() | st.integers(-3, 30),
)


@given(st.text(max_size=25), st.lists(spans, max_size=6))
def test_whatever_the_spans_the_text_stays_as_it_was_told(text, reasons):
    assert "".join(piece.words for piece in mark(text, reasons)) == text


def test_a_reason_names_each_rule_that_found_it_and_how_it_was_told():
    found = [
        reason("word_weapon", "against", 0, 3) | {"rule": "en_blade.1", "status": "asserted"},
        reason("word_weapon", "against", 9, 12)
        | {"rule": "named_weapon.3", "status": "asserted", "read_as": "pistol"},
        reason("word_weapon", "against", 20, 23) | {"rule": "en_blade.1", "status": "asserted"},
        reason("weapons_no"),
    ]

    weapon, answer = number_reasons(found)

    assert weapon.rules == (("en_blade.1", "asserted", ""), ("named_weapon.3", "asserted", "pistol"))
    assert answer.rules == ()

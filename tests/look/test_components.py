"""What a component must never get wrong: the owner, the clock, words from outside."""

from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from app.foundation.forms import Form, Line, Words

NOW = datetime(2026, 11, 21, 22, 47, tzinfo=UTC)


@pytest.fixture
def macro(app):
    """A component's macro by the name of its file and its own."""

    def get(file, name):
        return getattr(app.jinja_env.get_template(f"components/{file}.html").module, name)

    with app.test_request_context():
        yield get


@pytest.mark.parametrize(
    ("owners", "filled", "is_alarm"),
    [
        ("dispatch", 1, False),
        ("office", 1, False),
        ("both", 2, False),
        ("", 0, True),
        (None, 0, True),
        ("somebody", 0, True),
    ],
)
def test_two_slots_are_always_drawn_and_no_owner_is_an_alarm(macro, owners, filled, is_alarm):
    html = macro("custody", "custody")(owners)

    assert html.count('class="owner__slot') == 2
    assert html.count("owner__slot--owns") == filled
    assert ("owner--none" in html) == is_alarm
    assert ('role="alert"' in html) == is_alarm


@pytest.mark.parametrize(
    ("seconds", "state", "words"),
    [
        (820, "calm", "to answer"),
        (120, "due", "due, then returns"),
        (30, "lapsing", "lapsing"),
        (0, "lapsed", "at "),
        (-5, "lapsed", "at "),
    ],
)
def test_a_clock_changes_its_word_before_its_color_matters(macro, seconds, state, words):
    deadline = NOW + timedelta(seconds=seconds)
    html = macro("clock", "clock")(deadline, 900, "to answer", NOW, due_word="due, then returns")

    assert f"clock--{state}" in html
    assert f'<span class="clock__word">{words}' in html
    assert deadline.isoformat() in html


def test_words_from_outside_are_written_never_run(macro):
    html = macro("banner", "banner")("<script>alert(1)</script>", body="<img src=x>")

    assert "<script>" not in html
    assert "<img" not in html


class Telling(Form):
    near = Line("Near where?", 60, missing="Write a corner or a known place.")
    words = Words("In your words", 2000, description="Write as you speak.")


def test_a_field_ties_its_label_hint_and_error_to_its_control(macro):
    form = Telling(formdata=MultiDict({"words": "hello"}), meta={"csrf": False})
    form.validate()
    near, words = macro("field", "field")(form.near), macro("field", "field")(form.words)

    assert 'aria-describedby="near-error"' in near
    assert 'aria-invalid="true"' in near
    assert 'aria-describedby="words-hint"' in words
    assert '<label class="label" for="words">' in words
    assert "data-keep=" not in words


def test_the_error_summary_leads_to_the_field(macro):
    form = Telling(formdata=MultiDict({"words": "hello"}), meta={"csrf": False})
    form.validate()

    html = macro("error_summary", "error_summary")(form)

    assert '<a href="#near">Near where? Write a corner or a known place.</a>' in html
    assert "One thing to look at" in html


def test_a_hidden_count_is_said_in_words_never_as_a_zero(macro):
    rows = [{"label": "Harbor", "value": None}, {"label": "Wilshire", "value": 188}]
    html = macro("bar_chart", "bar_chart")("c", "Calls", rows)

    assert "fewer than 11, not shown" in html
    assert html.count("<rect") == 1

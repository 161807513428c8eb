"""What may become of an input, what is never published, and by when we answer."""

from datetime import UTC, date, datetime

import pytest

from app.inputs import rules
from app.inputs.models import InputState as State

NEW = {State.RECEIVED, State.OVERFLOW}
DECISIONS = {State.PUBLISHED, State.KEPT_PRIVATE, State.SET_ASIDE}
ALLOWED = {
    *((new, State.READING) for new in NEW),
    *((waiting, decided) for waiting in (*NEW, State.READING) for decided in DECISIONS),
    (State.READING, State.RECEIVED),
    (State.PUBLISHED, State.KEPT_PRIVATE),
    (State.PUBLISHED, State.SET_ASIDE),
    (State.KEPT_PRIVATE, State.SET_ASIDE),
    (State.SET_ASIDE, State.KEPT_PRIVATE),
    *((state, State.WITHDRAWN) for state in State if state is not State.WITHDRAWN),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("to", State)
def test_an_input_goes_only_where_the_table_says(state, to):
    if (state, to) in ALLOWED:
        rules.require_move(state, to, may_publish=True)
    else:
        with pytest.raises(rules.CannotMove):
            rules.require_move(state, to, may_publish=True)


@pytest.mark.parametrize("state", State)
def test_without_a_yes_nothing_is_published_from_any_state(state):
    with pytest.raises(rules.NotAllowedToPublish):
        rules.require_move(state, State.PUBLISHED, may_publish=False)


@pytest.mark.parametrize(("revision", "seen"), [(2, 1), (1, 2), (3, 0)])
def test_words_that_were_corrected_since_are_read_again_first(revision, seen):
    with pytest.raises(rules.CorrectedSince):
        rules.require_seen(revision, seen)


def test_words_as_they_were_read_may_be_decided_on():
    rules.require_seen(2, 2)


@pytest.mark.parametrize(
    "words",
    [
        "call me at 213-555-0134",
        "call (213) 555 0134 at night",
        "llame al 555.0134",
        "+1 2135550134",
        "شماره من ۵۵۵-۰۱۳۴ است",
        "write to heron@example.org please",
        "the man in 1200 E 4th St shouts",
        "at 345 Soto Street they fight",
        "at 88 North Main Ave",
    ],
)
def test_what_leads_to_a_door_or_a_phone_is_seen(words):
    assert rules.has_private_details(words)


@pytest.mark.parametrize(
    "words",
    [
        "The corner of 4th and Soto is dark.",
        "The plan for 2026-2028 says 12 walkers; lines 18 and 30 stop there.",
        "In 1999 there were 200 people at the park on Main Street.",
        "Call 911 or 988.",
        "Close it at 22:30, reopen at 6.",
        "ساعت ۱۰ شب چراغ خیابان ۴ خاموش است",
    ],
)
def test_what_everybody_knows_may_be_published(words):
    assert not rules.has_private_details(words)


@pytest.mark.parametrize(
    ("sent_at", "due_on"),
    [
        (datetime(2026, 11, 1, 20, tzinfo=UTC), date(2026, 11, 22)),
        # still the day before in Los Angeles
        (datetime(2026, 11, 2, 5, tzinfo=UTC), date(2026, 11, 22)),
        # across the end of summer time
        (datetime(2026, 10, 20, 6, 30, tzinfo=UTC), date(2026, 11, 9)),
    ],
)
def test_an_answer_is_due_three_weeks_later_in_los_angeles(sent_at, due_on):
    assert rules.answer_due_on(sent_at) == due_on

"""What a shift may be: as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from app.roster.rules import ShiftNotPossible, check_shift

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def at(hours):
    return NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("begins", "ends", "others"),
    [
        (1, 9, []),
        (0, 16, []),
        (-24, -16, []),
        (8, 16, [(0, 8), (16, 24)]),
        (24 * 180, 24 * 180 + 8, []),
    ],
)
def test_these_hours_can_be_stood(begins, ends, others):
    check_shift(at(begins), at(ends), [(at(one), at(other)) for one, other in others], NOW)


@pytest.mark.parametrize(
    ("begins", "ends", "others", "says"),
    [
        (8, 8, [], "ends before it begins"),
        (8, 1, [], "ends before it begins"),
        (0, 16.1, [], "at most 16 hours"),
        (-24.1, -16, [], "more than a day ago"),
        (24 * 180 + 1, 24 * 180 + 8, [], "half a year"),
        (1, 9, [(8, 16)], "another shift"),
        (8, 16, [(1, 9)], "another shift"),
        (1, 16, [(4, 5)], "another shift"),
        (4, 5, [(1, 16)], "another shift"),
        (1, 9, [(1, 9)], "another shift"),
    ],
)
def test_these_cannot_and_the_message_says_what_to_change(begins, ends, others, says):
    with pytest.raises(ShiftNotPossible, match=says):
        check_shift(at(begins), at(ends), [(at(one), at(other)) for one, other in others], NOW)

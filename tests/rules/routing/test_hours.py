"""Weekly hours mean what the clock on the wall says, also in the nights when it is set."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.office import LOS_ANGELES
from app.routing.hours import DaysOff, Hours, is_running, spans_between, uncovered

MON, FRI, SAT, SUN = 0, 4, 5, 6


def wall(day, hour, minute=0, fold=0):
    """A time in November 2026 (the 20th is a Friday) on the wall clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=LOS_ANGELES, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "now", "runs"),
    [
        (Hours(FRI, 540, 1260), wall(20, 9), True),
        (Hours(FRI, 540, 1260), wall(20, 8, 59), False),
        (Hours(FRI, 540, 1260), wall(20, 20, 59), True),
        (Hours(FRI, 540, 1260), wall(20, 21), False),
        (Hours(FRI, 540, 1260), wall(21, 12), False),
        (Hours(FRI, 0, 1440), wall(20, 23, 59), True),
        (Hours(FRI, 0, 1440), wall(21, 0), False),
        # over midnight
        (Hours(FRI, 1320, 360), wall(20, 22), True),
        (Hours(FRI, 1320, 360), wall(21, 5, 59), True),
        (Hours(FRI, 1320, 360), wall(21, 6), False),
        (Hours(FRI, 1320, 360), wall(20, 5), False),
        (Hours(SUN, 1320, 360), wall(23, 3), True),
        # from noon to noon is a whole day
        (Hours(FRI, 720, 720), wall(21, 11, 59), True),
    ],
)
def test_hours_run_when_the_wall_clock_says(hours, now, runs):
    assert is_running(hours, (), now) is runs


def test_the_clock_goes_back_and_the_night_is_longer():
    """1 November 2026: 01:30 comes twice, and both belong to the night."""
    night = Hours(SAT, 1320, 360)

    ((begins, ends),) = spans_between([night], (), wall(1, 0), wall(1, 12))
    assert ends - begins == timedelta(hours=7)
    assert is_running(night, (), wall(1, 1, 30))
    assert is_running(night, (), wall(1, 1, 30, fold=1))
    whole = spans_between([night], (), datetime(2026, 10, 31, 12, tzinfo=UTC), wall(1, 12))
    assert whole[0][1] - whole[0][0] == timedelta(hours=9)


def test_the_clock_goes_forward_and_nothing_is_left_open():
    """14 March 2027: two windows that meet at 02:30, which does not exist, leave no gap."""
    start, end = datetime(2027, 3, 14, 8, tzinfo=UTC), datetime(2027, 3, 15, 7, tzinfo=UTC)

    assert spans_between([Hours(SUN, 0, 150), Hours(SUN, 150, 1440)], (), start, end) == [(start, end)]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)))  # noqa: DTZ001  # hypothesis asks for naive ones
def test_every_day_all_day_is_always(naive):
    now = naive.replace(tzinfo=UTC)

    assert any(is_running(Hours(day, 0, 1440), (), now) for day in range(7))


@pytest.mark.parametrize(
    ("now", "runs"),
    [
        (wall(20, 23), False),
        (wall(21, 3), False),  # the night that began on the day off
        (wall(20, 3), True),  # the night that began before it
        (wall(21, 23), True),
    ],
)
def test_on_a_day_off_nothing_begins(now, runs):
    nights = [Hours(day, 1320, 360) for day in range(7)]
    off = [DaysOff(date(2026, 11, 20), date(2026, 11, 20))]

    assert any(is_running(night, off, now) for night in nights) is runs


@pytest.mark.parametrize(
    ("standing", "gaps"),
    [
        ([], [(9, 17)]),
        ([(9, 17)], []),
        ([(8, 18)], []),
        ([(8, 12)], [(12, 17)]),
        ([(12, 13)], [(9, 12), (13, 17)]),
        ([(9, 12), (11, 17)], []),
        ([(17, 20), (5, 9)], [(9, 17)]),
    ],
)
def test_gaps_are_what_nobody_stands(standing, gaps):
    def spans(hours):
        return [(wall(20, begins), wall(20, ends)) for begins, ends in hours]

    assert uncovered(spans([(9, 17)]), spans(standing)) == spans(gaps)

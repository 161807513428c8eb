"""How long a message waits for its next attempt: seconds while a live call hangs on it, then patience."""

from datetime import timedelta
from random import Random

import pytest

from app.delivery.ladder import (
    HAND_BACK_KIND,
    LIVE_SECONDS,
    OTHER_SECONDS,
    WATCH_KIND,
    is_repeated,
    repeat_after,
    spread,
    wait_after,
)

ALWAYS = 10_000


def seconds(wait: timedelta | None) -> float | None:
    return wait.total_seconds() if wait else None


@pytest.mark.parametrize("kind", ["referral.accepted", "referral.handed_back", "referral.cancelled"])
def test_what_matters_to_a_live_call_is_tried_again_within_seconds(kind):
    assert [seconds(wait_after(kind, count)) for count in range(1, 7)] == [1, 2, 4, 8, 15, 60]


@pytest.mark.parametrize(
    ("kind", "waits"), [("referral.accepted", LIVE_SECONDS), ("referral.closed", OTHER_SECONDS)]
)
def test_the_waits_grow_until_it_is_a_persons_turn(kind, waits):
    *waited, last = [wait_after(kind, count) for count in range(1, len(waits) + 2)]

    assert last is None
    assert waited == sorted(set(waited))
    assert timedelta(days=1.5) < sum(waited, timedelta()) < timedelta(days=3)


@pytest.mark.parametrize(("count", "wanted"), [(1, 2), (2, 4), (6, 30), (7, 60), (8, 60), (ALWAYS, 60)])
def test_a_hand_back_is_repeated_fast_and_for_ever(count, wanted):
    assert seconds(wait_after(HAND_BACK_KIND, count)) == wanted
    assert seconds(repeat_after(HAND_BACK_KIND, count)) == wanted


def test_a_watch_is_paged_each_minute_and_sooner_while_nobody_could_be_reached():
    assert {seconds(repeat_after(WATCH_KIND, count)) for count in (1, 2, ALWAYS)} == {60}
    assert [seconds(wait_after(WATCH_KIND, count)) for count in (1, 2, 6, ALWAYS)] == [2, 4, 60, 60]


def test_only_a_hand_back_and_a_page_wait_for_an_acknowledgement():
    assert [is_repeated(kind) for kind in (HAND_BACK_KIND, WATCH_KIND, "referral.accepted")] == [
        True,
        True,
        False,
    ]


def test_those_who_wait_come_back_a_little_apart_and_never_late():
    waits = {seconds(spread(timedelta(seconds=10), Random(number))) for number in range(50)}  # noqa: S311

    assert len(waits) == 50
    assert 8 <= min(waits) < 8.5
    assert 9.5 < max(waits) <= 10

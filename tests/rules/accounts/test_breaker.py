"""How much comes by one key at once: a burst is fine, a flood is seen, and it passes."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.accounts.breaker import BURST, PER_SECOND, Breaker, Bucket, take

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def pour(breaker: Breaker, count: int, *, a_second: float, start: datetime = NOW, key: str = "key") -> int:
    """So many messages at a pace; how many of them were too much."""
    gap = timedelta(seconds=1 / a_second)
    return sum(breaker.is_too_much(key, start + number * gap) for number in range(count))


def test_the_measure_is_the_contracts() -> None:
    assert (PER_SECOND, BURST) == (20, 200)


def test_a_burst_is_not_too_much_and_the_next_one_is() -> None:
    breaker = Breaker()

    assert pour(breaker, BURST, a_second=1e6) == 0
    assert breaker.is_too_much("key", NOW) is True


def test_twenty_a_second_for_an_hour_are_never_too_much() -> None:
    assert pour(Breaker(), PER_SECOND * 3600, a_second=PER_SECOND) == 0


def test_of_a_flood_all_but_twenty_a_second_are_too_much() -> None:
    """A hundred a second for a minute: the burst, and twenty for each second."""
    too_many = pour(Breaker(), 6000, a_second=100)

    assert abs(6000 - too_many - (BURST + 60 * PER_SECOND)) <= 1


def test_a_flood_that_ends_is_forgotten() -> None:
    breaker = Breaker()
    pour(breaker, 1000, a_second=1e6)
    later = NOW + timedelta(seconds=BURST / PER_SECOND)

    assert pour(breaker, BURST, a_second=1e6, start=later) == 0


def test_one_keys_flood_is_nothing_to_another() -> None:
    breaker = Breaker()
    pour(breaker, 1000, a_second=1e6)

    assert breaker.is_too_much("another", NOW) is False


def test_a_clock_that_was_set_back_gives_nothing_and_takes_nothing() -> None:
    empty = Bucket(0.0, NOW)
    before = NOW - timedelta(hours=1)
    back, is_there = take(empty, before)

    assert (back, is_there) == (Bucket(0.0, before), False)
    assert take(back, before + timedelta(seconds=1)) == (
        Bucket(PER_SECOND - 1, before + timedelta(seconds=1)),
        True,
    )


@given(st.lists(st.floats(-5, 5), max_size=400))
def test_a_bucket_is_never_below_empty_nor_over_full(waits: list[float]) -> None:
    bucket, now = None, NOW
    for wait in waits:
        now += timedelta(seconds=wait)
        bucket, _ = take(bucket, now)
        assert 0 <= bucket.tokens <= BURST

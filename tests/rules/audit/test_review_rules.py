"""Which looks are drawn for the weekly review: so many, the same for everybody, and by chance."""

from collections import Counter
from datetime import date
from hashlib import sha256

import pytest

from app.audit.review_rules import MOST_DRAWN, draw, week_before, week_of


def lot(week: str):  # type: ignore[no-untyped-def]  # the key of a draw
    return lambda entry_id: sha256(f"{week}{entry_id}".encode()).hexdigest()


@pytest.mark.parametrize(
    ("count", "drawn"), [(0, 0), (1, 1), (50, 1), (51, 2), (1_000, 20), (30_000, MOST_DRAWN)]
)
def test_two_of_a_hundred_are_drawn_and_one_at_least(count: int, drawn: int) -> None:
    assert len(draw(map(str, range(count)), count, lot("w"))) == drawn


def test_the_draw_is_the_same_however_they_come() -> None:
    ids = [str(number) for number in range(500)]

    assert draw(ids, 500, lot("w")) == draw(reversed(ids), 500, lot("w"))
    assert draw(ids, 500, lot("w")) != draw(ids, 500, lot("v"))


def test_everybody_is_drawn_as_often_as_the_others() -> None:
    ids = [str(number) for number in range(100)]
    drawn = Counter(one for week in range(2_000) for one in draw(ids, 100, lot(str(week))))

    assert len(drawn) == 100
    assert min(drawn.values()) > 15
    assert max(drawn.values()) < 75  # 40 are expected; six standard deviations are 38


@pytest.mark.parametrize(
    ("day", "monday", "before"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), date(2026, 2, 23)),
        (date(2026, 3, 8), date(2026, 3, 2), date(2026, 2, 23)),
        (date(2026, 1, 1), date(2025, 12, 29), date(2025, 12, 22)),
    ],
)
def test_a_week_begins_on_monday(day: date, monday: date, before: date) -> None:
    assert (week_of(day), week_before(day)) == (monday, before)

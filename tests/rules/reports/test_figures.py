"""How figures are made, as tables."""

from datetime import date

import pytest

from app.reports.rules import (
    Hidden,
    Period,
    Share,
    cost_of,
    months_before,
    percentile,
    quarter_of,
    shown,
    spread_of,
    told_together,
    usual_periods,
)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, None),
        ([7.0], 0.5, 7.0),
        ([7.0], 0.9, 7.0),
        ([1.0, 2.0, 3.0, 4.0], 0.5, 2.0),
        ([1.0, 2.0, 3.0, 4.0, 5.0], 0.5, 3.0),
        ([float(n) for n in range(1, 11)], 0.9, 9.0),
        ([float(n) for n in range(1, 101)], 0.9, 90.0),
        ([1.0, 2.0], 0.0, 1.0),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(
    values: list[float], share: float, expected: float | None
) -> None:
    assert percentile(values, share) == expected


def test_too_few_are_counted_and_not_shown() -> None:
    assert spread_of("Harbor", [5.0] * 10).middle is None
    assert spread_of("Harbor", [5.0] * 11).middle == 5


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, None), (10, None), (11, 11)])
def test_small_counts_are_hidden_and_zero_is_told(count: int, expected: int | None) -> None:
    assert shown(count) == expected


def test_a_share_of_nothing_is_no_share() -> None:
    assert Share(0, 0).percent is None
    assert Share(1, 3).percent == 33.3


def test_cost_is_hours_at_both_rates() -> None:
    cost = cost_of(10)
    assert (cost.ours, cost.police) == (350, 850)


def test_months_run_over_the_year() -> None:
    months = months_before(Period(date(2026, 1, 1), date(2026, 2, 3)), 3)
    assert [month.first for month in months] == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert months[-1].last == date(2026, 2, 28)


FEW, BESIDE = Hidden.FEW, Hidden.BESIDE


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([], []),
        ([40, 0, 11], [40, 0, 11]),
        ([40, 3, 12], [40, FEW, BESIDE]),
        ([40, 3, 5], [40, FEW, FEW]),
        ([3], [FEW]),
        ([3, 0], [FEW, 0]),
        ([10, 50, 50], [FEW, BESIDE, 50]),
    ],
)
def test_a_small_count_cannot_be_reckoned_from_the_total(counts: list[int], told: list[int | Hidden]) -> None:
    assert told_together(counts) == told


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 11, 24), date(2026, 10, 1), date(2026, 12, 31)),
        (date(2024, 2, 29), date(2024, 1, 1), date(2024, 3, 31)),
        (date(2026, 7, 1), date(2026, 7, 1), date(2026, 9, 30)),
        (date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30)),
    ],
)
def test_quarters(day: date, first: date, last: date) -> None:
    assert quarter_of(day) == Period(first, last)


def test_the_usual_periods_go_over_the_year() -> None:
    usual = usual_periods(date(2026, 1, 15))

    assert usual["month_before"] == Period(date(2025, 12, 1), date(2025, 12, 31))
    assert usual["quarter_before"] == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert usual["days"].last == date(2026, 1, 15)

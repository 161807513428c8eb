"""How figures are made, as tables."""

from datetime import date

import pytest

from app.reports.rules import Period, Share, cost_of, months_before, percentile, shown, spread_of


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

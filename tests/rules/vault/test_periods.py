"""Quarters and months: each moment has one, and the next begins where it ends."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.vault.models import KeyPurpose
from app.vault.periods import MONTHS, period_at

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("purpose", "moment", "name", "ends"),
    [
        (KeyPurpose.CALLBACKS, datetime(2026, 1, 1, tzinfo=UTC), "2026Q1", datetime(2026, 4, 1, tzinfo=UTC)),
        (
            KeyPurpose.CALLBACKS,
            datetime(2026, 11, 29, tzinfo=UTC),
            "2026Q4",
            datetime(2027, 1, 1, tzinfo=UTC),
        ),
        (KeyPurpose.TRAIL, datetime(2026, 11, 29, tzinfo=UTC), "2026-11", datetime(2026, 12, 1, tzinfo=UTC)),
        (
            KeyPurpose.TRAIL,
            datetime(2026, 12, 31, 23, tzinfo=UTC),
            "2026-12",
            datetime(2027, 1, 1, tzinfo=UTC),
        ),
        (
            KeyPurpose.TRAIL,
            datetime(2026, 12, 31, 23, tzinfo=timezone(timedelta(hours=-8))),
            "2027-01",
            datetime(2027, 2, 1, tzinfo=UTC),
        ),
    ],
)
def test_a_moment_falls_in_its_period(
    purpose: KeyPurpose, moment: datetime, name: str, ends: datetime
) -> None:
    period = period_at(purpose, moment)
    assert (period.name, period.ends_at) == (name, ends)


@pytest.mark.parametrize("purpose", MONTHS)
def test_periods_follow_each_other_without_a_gap_or_the_same_name(purpose: KeyPurpose) -> None:
    at, names = datetime(2026, 1, 1, tzinfo=UTC), []
    for _ in range(48):
        period = period_at(purpose, at)
        assert period_at(purpose, period.ends_at - SECOND) == period
        names.append(period.name)
        at = period.ends_at
    assert len(set(names)) == 48
    assert names == sorted(names)

"""Legal holds: exactly named, never by one person, never for good."""

from datetime import UTC, datetime, timedelta

import pytest

from app.vault.hold_models import HoldState
from app.vault.hold_rules import (
    CannotMove,
    HoldRefused,
    SecondPersonNeeded,
    read_ids,
    require_end,
    require_move,
)

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
ONE, TWO = "01kcase0000000000000000001", "01kcase0000000000000000002"
P, H, R, F, D = (
    HoldState.PROPOSED,
    HoldState.HELD,
    HoldState.RELEASE_PROPOSED,
    HoldState.RELEASED,
    HoldState.DROPPED,
)


def test_ids_are_read_one_on_a_line_and_each_once():
    assert read_ids(f"  {ONE.upper()}\n\n{TWO}\n{ONE}") == [ONE, TWO]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  \n",
        "*",
        "all",
        "%",
        "Juniper 12",
        "Ana Flores",
        "555-0142",
        f"{ONE}*",
        ONE[:-1],
        f"{ONE},{TWO}",
        f"{ONE} {TWO}",
        "' OR 1=1",
        "account:7",
    ],
)
def test_anything_but_exact_ids_is_refused(typed: str) -> None:
    with pytest.raises(HoldRefused):
        read_ids(typed)


def test_a_hold_names_few_records():
    ids = [f"01k{n:023}" for n in range(21)]
    assert len(read_ids("\n".join(ids[:20]))) == 20
    with pytest.raises(HoldRefused):
        read_ids("\n".join(ids))


@pytest.mark.parametrize(("days", "stands"), [(-1, False), (0, False), (1, True), (180, True), (181, False)])
def test_a_hold_ends_within_180_days(days: int, stands: bool) -> None:
    ends_at = NOW + timedelta(days=days)
    if stands:
        require_end(ends_at, NOW)
    else:
        with pytest.raises(HoldRefused):
            require_end(ends_at, NOW)


WAYS_FOR_ANOTHER = {(P, H), (P, D), (H, R), (R, F), (R, H)}
WAYS_FOR_THE_SAME = {(P, D), (H, R), (R, H)}


@pytest.mark.parametrize("before", list(HoldState))
@pytest.mark.parametrize("to", list(HoldState))
@pytest.mark.parametrize("by", ["ana", "ben"])
def test_confirming_and_releasing_take_a_second_person(before: HoldState, to: HoldState, by: str) -> None:
    may = WAYS_FOR_THE_SAME if by == "ana" else WAYS_FOR_ANOTHER
    if (before, to) in may:
        require_move(before, to, before_by="ana", by=by, is_over=False)
        with pytest.raises(CannotMove):
            require_move(before, to, before_by="ana", by=by, is_over=True)
    else:
        expected = SecondPersonNeeded if (before, to) in WAYS_FOR_ANOTHER else CannotMove
        with pytest.raises(expected):
            require_move(before, to, before_by="ana", by=by, is_over=False)

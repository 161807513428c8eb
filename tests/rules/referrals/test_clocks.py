"""The clocks of a centre: we give up before dispatch does, whatever dead-man clock it has."""

from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.referrals import rules
from app.referrals.models import CallKind, State
from app.referrals.rules import DEFAULTS, Clocks, clock_seconds, faults_of

LIVE = DEFAULTS[CallKind.LIVE]
NAMES = [one.name for one in fields(Clocks)]
OWN = Clocks(*range(100, 107))
"""Each clock with a length of its own, to see which one a state starts."""


def test_the_clocks_of_a_centre_that_said_nothing_are_those_of_the_contract() -> None:
    """security.md C.3, in seconds: dead-man, accept, confirm; first contact, and then back to dispatch."""
    said = {
        kind: (one.dead_man_seconds, one.accept_seconds, one.confirm_seconds, one.contact_seconds)
        for kind, one in DEFAULTS.items()
    }
    back = {kind: one.contact_seconds + one.re_offer_seconds for kind, one in DEFAULTS.items()}

    assert said == {CallKind.LIVE: (60, 40, 15, 300), CallKind.CALLBACK: (1_200, 900, 60, 12_600)}
    assert back == {CallKind.LIVE: 8 * 60, CallKind.CALLBACK: 4 * 3_600}
    assert [faults_of(one) for one in DEFAULTS.values()] == [{}, {}]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, set()),
        ({"dead_man_seconds": 90, "accept_seconds": 60, "confirm_seconds": 20}, set()),
        ({"dead_man_seconds": 90, "accept_seconds": 60, "confirm_seconds": 25}, set()),
        ({"dead_man_seconds": 90, "accept_seconds": 60, "confirm_seconds": 26}, {"accept_seconds"}),
        ({"dead_man_seconds": 59}, {"accept_seconds"}),
        ({"accept_seconds": 41}, {"accept_seconds"}),
        ({"confirm_seconds": 16}, {"accept_seconds"}),
        ({"review_seconds": 40, "accept_seconds": 40}, set()),
        ({"review_seconds": 41}, {"review_seconds"}),
        ({"accept_seconds": 39}, {"review_seconds"}),
        ({"dead_man_seconds": 50, "review_seconds": 41}, {"accept_seconds", "review_seconds"}),
        ({"contact_seconds": rules.LONGEST_SECONDS}, set()),
        ({"contact_seconds": rules.LONGEST_SECONDS + 1}, {"contact_seconds"}),
    ],
)
def test_what_would_outlast_dispatchs_own_clock_is_no_set_of_clocks(
    changes: dict[str, int], wrong: set[str]
) -> None:
    assert set(faults_of(replace(LIVE, **changes))) == wrong


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seconds", [0, -1])
def test_every_clock_runs_and_the_one_that_does_not_is_named(name: str, seconds: int) -> None:
    assert "from 1 to" in faults_of(replace(LIVE, **{name: seconds}))[name]


@pytest.mark.parametrize(
    ("state", "reason", "seconds"),
    [
        (State.PARKED, None, 30),
        (State.OFFERED, None, OWN.accept_seconds),
        (State.IN_REVIEW, None, OWN.review_seconds),
        (State.ACCEPT_PENDING, None, OWN.confirm_seconds),
        (State.ACCEPTED, None, OWN.contact_seconds),
        (State.ACCEPTED, rules.NO_CONTACT, OWN.re_offer_seconds),
        (State.CONTACTING, None, OWN.on_the_way_seconds),
        (State.HANDING_BACK, None, 30),
        (State.CLOSED, None, None),
    ],
)
def test_each_state_starts_its_own_clock(state: State, reason: str | None, seconds: int | None) -> None:
    assert clock_seconds(state, OWN, reason) == seconds


def close_to_the_edge(accept: int, review: int, confirm: int, left: int) -> Clocks:
    """A set that leaves so many seconds, or too few, before dispatch's own clock."""
    return replace(
        LIVE,
        dead_man_seconds=accept + confirm + left,
        accept_seconds=accept,
        review_seconds=review,
        confirm_seconds=confirm,
    )


@given(
    clocks=st.builds(
        close_to_the_edge,
        accept=st.integers(20, 100),
        review=st.integers(1, 30),
        confirm=st.integers(1, 80),
        left=st.integers(1, 15),
    ).filter(lambda one: not faults_of(one)),
    states=st.lists(st.sampled_from([State.IN_REVIEW, State.OFFERED]), min_size=1, max_size=4),
    share=st.floats(0, 1),
)
def test_however_it_is_read_and_offered_every_good_set_ends_before_dispatchs_own_clock(
    clocks: Clocks, states: list[State], share: float
) -> None:
    came_at = moved_at = datetime.fromisoformat("2026-11-28T12:00:00+00:00")
    promised = came_at + timedelta(seconds=clocks.accept_seconds)
    for state in states:
        due = rules.due_at(state, clocks, None, promised=promised, now=moved_at)
        assert due is not None
        moved_at += share * (due - moved_at)

    confirmed_by = due + timedelta(seconds=clocks.confirm_seconds + rules.MARGIN_SECONDS)
    assert confirmed_by <= came_at + timedelta(seconds=clocks.dead_man_seconds)

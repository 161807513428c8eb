"""The clocks of a centre: we give up before dispatch does, whatever dead-man clock it has."""

from dataclasses import fields, replace

import pytest

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

"""The centre's own view of who owns a call: when it lets go, and when it shouts."""

import pytest

from app.demo.ledger import Ledger, Owner


def held_in(ledger, *, is_live=True, offered_at=0.0):
    held = ledger.offered("one", "one", is_live=is_live, now=offered_at)
    says(ledger, held, "offered", "dispatch")
    return held


def says(ledger, held, state, custody, *, asked_at=1.0, now=1.0):
    return ledger.heard(held, {"id": "r1", "state": state, "custody": custody}, asked_at=asked_at, now=now)


@pytest.mark.parametrize("state", ["offered", "in_review", "accept_pending", "accepted"])
@pytest.mark.parametrize("custody", ["dispatch", "both", "office"])
def test_nothing_the_office_says_makes_the_centre_let_go_before_it_has_confirmed(state, custody):
    ledger = Ledger()
    held = held_in(ledger)

    assert says(ledger, held, state, custody) is None
    assert held.owner is Owner.DISPATCH


@pytest.mark.parametrize(("custody", "owner"), [("office", Owner.OFFICE), ("both", Owner.DISPATCH)])
def test_a_confirmed_call_is_let_go_only_when_the_office_says_it_owns_it(custody, owner):
    ledger = Ledger()
    held = held_in(ledger)
    ledger.confirming(held)
    says(ledger, held, "accepted", custody)

    assert held.owner is owner


def test_a_call_that_nobody_owns_is_shouted():
    ledger = Ledger()
    held = held_in(ledger)
    ledger.confirming(held)
    says(ledger, held, "accepted", "office")

    assert says(ledger, held, "handed_back", "dispatch", asked_at=2.0) is not None


def test_a_call_taken_back_is_nobodys_worry():
    ledger = Ledger()
    held = held_in(ledger)
    ledger.confirming(held)
    says(ledger, held, "handing_back", "both", asked_at=2.0)
    ledger.taken_back(held)

    assert says(ledger, held, "handed_back", "dispatch", asked_at=3.0) is None
    assert held.owner is Owner.DISPATCH


def test_an_old_answer_that_comes_late_says_nothing():
    ledger = Ledger()
    held = held_in(ledger)
    ledger.confirming(held)
    says(ledger, held, "accepted", "office", asked_at=3.0)

    assert says(ledger, held, "offered", "dispatch", asked_at=2.0) is None
    assert (held.state, held.owner) == ("accepted", Owner.OFFICE)


@pytest.mark.parametrize(("is_live", "seconds"), [(True, 60), (False, 1200)])
def test_the_dead_man_clock_rings_without_a_confirmed_yes(is_live, seconds):
    ledger = Ledger()
    held = held_in(ledger, is_live=is_live, offered_at=10.0)

    assert ledger.overdue(10.0 + seconds) == []
    assert ledger.overdue(10.1 + seconds) == [held]


def test_the_dead_man_clock_stops_at_the_office_and_at_the_end():
    ledger = Ledger()
    held = held_in(ledger)
    ledger.confirming(held)
    says(ledger, held, "accepted", "office")

    assert ledger.overdue(999.0) == []


def test_a_call_that_nobody_can_speak_of_for_two_minutes_is_found():
    ledger = Ledger()
    held = held_in(ledger)
    ledger.confirming(held)
    says(ledger, held, "accepted", "office", now=5.0)

    assert (ledger.silent(124.0), ledger.silent(126.0)) == ([], [held])


def test_a_callback_finds_its_call_by_id_and_a_lost_answer_by_its_incident():
    ledger = Ledger()
    lost = ledger.offered("two", "two", is_live=True, now=0.0)
    held = held_in(ledger)

    assert ledger.find("r1", "") is held
    assert ledger.find("r9", "two") is lost
    assert ledger.find("r9", "nine") is None


def test_a_thing_is_done_to_a_call_once():
    ledger = Ledger()
    held = held_in(ledger)

    assert (ledger.begin(held, "confirm"), ledger.begin(held, "confirm")) == (True, False)

"""The centre's own view of who owns a call: when it lets go, and when it shouts."""

import pytest

from app.demo.contract import Lie
from app.demo.held import End, Owner
from app.demo.ledger import Ledger


def held_in(ledger, *, is_live=True, offered_at=0.0):
    held = ledger.offered("one", "one", is_live=is_live, now=offered_at)
    ledger.sending(held, "one:create", "create", offered_at)
    says(ledger, held, "offered", "dispatch")
    return held


def says(ledger, held, state, custody, *, asked_at=1.0, now=1.0, **more):
    said = {"id": "r1", "state": state, "custody": custody}
    return ledger.heard(held, said, asked_at=asked_at, now=now, **more)


def confirms(ledger, held, now=1.0):
    ledger.sending(held, "one:confirm", "confirm", now)
    return ledger.confirming(held, now)


def let_go(ledger, now=1.0):
    held = held_in(ledger)
    confirms(ledger, held)
    says(ledger, held, "accepted", "office", now=now)
    return held


@pytest.mark.parametrize("state", ["offered", "in_review", "accept_pending", "accepted"])
@pytest.mark.parametrize("custody", ["dispatch", "both", "office"])
def test_nothing_the_office_says_makes_the_centre_let_go_before_it_has_confirmed(state, custody):
    ledger = Ledger()
    held = held_in(ledger)
    says(ledger, held, state, custody)

    assert held.owner is Owner.DISPATCH


@pytest.mark.parametrize(("custody", "owner"), [("office", Owner.OFFICE), ("both", Owner.DISPATCH)])
def test_a_confirmed_call_is_let_go_only_when_the_office_says_it_owns_it(custody, owner):
    ledger = Ledger()
    held = held_in(ledger)
    confirms(ledger, held)
    says(ledger, held, "accepted", custody)

    assert held.owner is owner


def test_a_call_that_nobody_owns_is_blamed():
    ledger = Ledger()
    held = let_go(ledger)

    assert Lie.NOBODY in says(ledger, held, "handed_back", "dispatch", asked_at=2.0)
    assert Lie.NOBODY in held.lies
    assert any("UNEXPLAINED nobody_owns" in entry.what for entry in held.entries)


def test_an_answer_asked_for_before_the_centre_let_go_blames_nobody():
    ledger = Ledger()
    held = let_go(ledger, now=5.0)

    assert says(ledger, held, "offered", "dispatch", asked_at=4.0, now=6.0) == []
    assert (held.state, held.owner) == ("accepted", Owner.OFFICE)


def test_a_call_taken_back_is_nobodys_worry():
    ledger = Ledger()
    held = let_go(ledger)
    says(ledger, held, "handing_back", "both", asked_at=2.0)
    ledger.taken_back(held)
    ledger.sending(held, "one:handback-ack", "handback-ack", 2.5)

    assert says(ledger, held, "handed_back", "dispatch", asked_at=3.0) == []
    assert (held.owner, held.end) == (Owner.DISPATCH, End.HANDED_BACK)


def test_an_old_answer_that_comes_late_says_nothing():
    ledger = Ledger()
    held = held_in(ledger)
    confirms(ledger, held)
    says(ledger, held, "accepted", "office", asked_at=3.0)

    assert says(ledger, held, "offered", "dispatch", asked_at=2.0) == []
    assert (held.state, held.owner) == ("accepted", Owner.OFFICE)


def test_the_first_answer_again_says_how_it_stood_then():
    ledger = Ledger()
    held = held_in(ledger)
    says(ledger, held, "accept_pending", "both", asked_at=2.0, now=2.0)

    assert says(ledger, held, "offered", "dispatch", asked_at=3.0, now=3.0, is_replay=True) == []
    assert held.state == "accept_pending"


@pytest.mark.parametrize(("is_live", "seconds"), [(True, 60), (False, 1200)])
def test_the_dead_man_clock_rings_without_a_confirmed_yes(is_live, seconds):
    ledger = Ledger()
    held = held_in(ledger, is_live=is_live, offered_at=10.0)

    assert ledger.ring(10.0 + seconds) == []
    assert ledger.ring(10.1 + seconds) == [held]
    assert ledger.ring(10.2 + seconds) == []  # it rings once
    assert (held.owner, held.end) == (Owner.DISPATCH, End.KEPT)


def test_what_the_dead_man_clock_took_is_never_confirmed_and_never_let_go():
    ledger = Ledger()
    held = held_in(ledger)
    confirms(ledger, held, now=59.0)
    ledger.ring(60.1)
    says(ledger, held, "accepted", "office", asked_at=59.0, now=60.2)

    assert held.owner is Owner.DISPATCH
    assert ledger.confirming(held, 60.3) is False


def test_a_yes_that_comes_too_late_is_not_confirmed_even_before_the_clock_was_heard():
    ledger = Ledger()
    held = held_in(ledger)

    assert confirms(ledger, held, now=60.1) is False
    assert held.has_confirmed is False


def test_an_answer_to_a_confirm_that_comes_after_the_clock_does_not_make_the_centre_let_go():
    ledger = Ledger()
    held = held_in(ledger)
    confirms(ledger, held, now=59.0)
    says(ledger, held, "accepted", "office", asked_at=59.0, now=60.5)

    assert held.owner is Owner.DISPATCH
    assert ledger.ring(60.6) == [held]


def test_the_dead_man_clock_stops_at_the_office_and_at_the_end():
    ledger = Ledger()
    let_go(ledger)
    ended = ledger.offered("two", "two", is_live=True, now=0.0)
    ledger.sending(ended, "two:create", "create", 0.0)
    ledger.heard(ended, {"id": "r2", "state": "handed_back", "custody": "dispatch"}, asked_at=1.0, now=1.0)

    assert ledger.ring(999.0) == []


def test_a_call_that_nobody_can_speak_of_for_two_minutes_is_found():
    ledger = Ledger()
    held = let_go(ledger, now=5.0)

    assert (ledger.silent(124.0), ledger.silent(126.0)) == ([], [held])


def test_a_callback_finds_its_call_by_id_and_a_lost_answer_by_its_incident():
    ledger = Ledger()
    lost = ledger.offered("two", "two", is_live=True, now=0.0)
    held = held_in(ledger)

    assert ledger.find("r1") is held
    assert ledger.find("r9", "two") is lost
    assert ledger.find("r9", "nine") is None


def test_a_thing_is_done_to_a_call_once():
    ledger = Ledger()
    held = held_in(ledger)

    assert (ledger.begin(held, "confirm"), ledger.begin(held, "confirm")) == (True, False)


def test_a_yes_told_by_callback_alone_still_has_to_be_given_back_in_two_steps():
    ledger = Ledger()
    held = held_in(ledger)
    ledger.called_back(held, "accepted", {"state": "accept_pending", "custody": "both"}, 2.0)

    assert says(ledger, held, "handed_back", "dispatch", asked_at=3.0) == [Lie.ONE_STEP]


def test_a_message_that_never_left_was_not_heard():
    ledger = Ledger()
    held = held_in(ledger)
    confirms(ledger, held)
    ledger.never_left(held, "one:confirm")

    assert says(ledger, held, "accepted", "office", asked_at=2.0) == [Lie.NOT_CONFIRMED]


def test_an_owner_that_changes_is_announced_before_or_after_the_look():
    ledger = Ledger(grace_seconds=5.0)
    before, after, never = (ledger.offered(name, name, is_live=False, now=0.0) for name in "abc")
    said = {"state": "accept_pending", "custody": "both"}
    for number, held in enumerate((before, after, never)):
        ledger.sending(held, f"{held.number}:create", "create", 0.0)
        if held is before:
            ledger.called_back(held, "accepted", said, 0.5)
        ledger.heard(held, {"id": f"r{number}", **said}, asked_at=1.0, now=1.0, is_look=True)
    ledger.called_back(after, "accepted", said, 2.0)

    assert ledger.unannounced(5.5) == []
    assert ledger.unannounced(6.5) == [never]


def test_an_incident_told_again_and_known_to_the_office_is_one_call():
    ledger = Ledger()
    held = held_in(ledger)
    again = ledger.again(held, 5.0)
    says(ledger, again, "offered", "dispatch", asked_at=6.0)

    assert ledger.list_ours() == [held]
    assert ledger.find("r1") is held


@pytest.mark.parametrize(
    ("rows", "lies"),
    [
        (["offered", "accept_pending", "handing_back", "handed_back"], []),
        (["offered", "accept_pending", "handed_back"], [Lie.ONE_STEP]),
        (["offered", "accepted"], [Lie.NOT_CONFIRMED]),
        (["offered", "cancelled"], [Lie.NO_ARROW]),
    ],
)
def test_the_list_of_changes_shows_a_step_that_nobody_saw(rows, lies):
    owners = {"accept_pending": "both", "handing_back": "both", "accepted": "office"}
    ledger, found = Ledger(), []
    held = held_in(ledger)
    if "handing_back" in rows:
        ledger.sending(held, "one:handback-ack", "handback-ack", 1.0)
    for state in rows:
        found += ledger.listed(held, {"id": "r1", "state": state, "custody": owners.get(state, "dispatch")})

    assert found == lies

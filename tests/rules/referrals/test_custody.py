"""At every moment at least one side owns the call: checked in every world that can be reached."""

from dataclasses import replace

import pytest

from app.referrals.models import Custody, Source, State
from app.referrals.transitions import (
    FIRST_STATES,
    TRANSITIONS,
    WAITING_STATES,
    By,
    Event,
    arrow,
    owner_in,
)
from tests.support.custody_model import Centre, Contract, World, worlds, worlds_without_an_owner

NAIVE = tuple(
    replace(one, to=State.HANDED_BACK) if one.to is State.HANDING_BACK else one for one in TRANSITIONS
)


def test_whatever_is_lost_late_doubled_or_out_of_order_somebody_owns_the_call():
    assert worlds_without_an_owner(Contract()) == []
    reached = worlds(Contract())
    assert {world.office for world in reached} == {None, *State}
    assert {world.centre for world in reached} == set(Centre)


def test_a_hand_back_in_one_step_leaves_a_call_between_two_chairs():
    """The reason for two steps: dispatch let go on a confirm whose answer came while we gave back."""
    ways = worlds_without_an_owner(Contract(transitions=NAIVE))

    assert ways
    assert "we: given_back" in ways[0]
    assert "centre: lets go" in ways[0]


@pytest.mark.parametrize(
    "weakened",
    [
        Contract(lets_go_on="answer 2xx", lets_go_while=(Centre.HOLDS, Centre.CONFIRMING)),
        Contract(stays_taken_back=False),
        Contract(books_before_word=False),
    ],
    ids=["stored is read as ours", "an old answer counts", "a word by telephone without the book"],
)
def test_each_rule_of_the_contract_is_needed(weakened):
    found = worlds_without_an_owner(weakened)

    assert found, "without this rule a call would still be safe: it is not a rule"


EARLIER = World(said=frozenset({"create", "get", "cancel by incident"}))
"""An incident that is offered again, while messages about its first referral are still on their way."""


def test_late_messages_about_an_earlier_referral_of_the_incident_do_no_harm():
    assert worlds_without_an_owner(Contract(), EARLIER) == []


@pytest.mark.parametrize("late", ["acknowledge", "cancel"])
def test_after_our_yes_a_message_must_name_our_referral(late):
    """Were these taken by the incident's number, one meant for an earlier referral would end this one."""
    assert worlds_without_an_owner(Contract(), EARLIER.saying(late))


# --- the table itself ------------------------------------------------------------------------


def owners_of(state: State) -> set[str]:
    custody = owner_in(state, Source.DISPATCH)
    return {"dispatch", "office"} if custody is Custody.BOTH else {custody.value}


@pytest.mark.parametrize("way", TRANSITIONS, ids=lambda way: f"{way.event}-{way.to}")
def test_dispatch_stops_owning_only_by_its_own_word_and_so_do_we(way):
    """Nobody is let off by the other side: who stops owning has said so."""
    for state in way.since:
        before, after = owners_of(state), owners_of(way.to)
        if "dispatch" in before - after:
            assert way.by == (By.DISPATCH,)
        if "office" in before - after:
            assert way.by in {(By.DISPATCH,), (By.PERSON,)}
            assert before == {"dispatch", "office"}, "we let go only of what dispatch owns too"


def test_software_never_accepts_and_never_lets_go():
    for way in TRANSITIONS:
        if By.SOFTWARE in way.by:
            for state in way.since:
                assert owners_of(state) <= owners_of(way.to)
                assert way.event is not Event.ACCEPTED


def test_a_call_is_dispatchs_until_a_person_says_yes():
    assert {owner_in(state, Source.DISPATCH) for state in (*FIRST_STATES, *WAITING_STATES)} == {
        Custody.DISPATCH
    }
    into_ours = [
        one for one in TRANSITIONS if set(one.since) & set(WAITING_STATES) and "office" in owners_of(one.to)
    ]
    assert [(one.event, one.by) for one in into_ours] == [(Event.ACCEPTED, (By.PERSON,))]


def test_every_state_is_reached_and_what_has_ended_stays_so():
    reached = {one.to for one in TRANSITIONS} | set(FIRST_STATES)
    left = {state for one in TRANSITIONS for state in one.since}

    assert reached == set(State)
    assert set(State) - left == {State.HANDED_BACK, State.CANCELLED, State.CLOSED}


@pytest.mark.parametrize("state", State)
def test_what_a_resident_brought_is_ours_in_every_state(state):
    assert owner_in(state, Source.RESIDENT) is Custody.OFFICE


def test_a_residents_call_has_no_dispatch_that_confirms():
    way = arrow(Event.ACCEPTED, State.OFFERED, Source.RESIDENT)

    assert way is not None
    assert way.to is State.ACCEPTED

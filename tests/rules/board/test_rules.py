"""Whose turn it is, which clock runs and how loud it is: for every state, as a table."""

from datetime import timedelta

import pytest

from app.assignments.models import Step
from app.board import rules
from app.board.rules import Act, Bay, ClockKind, Tone, Wait
from app.foundation import clock
from app.referrals.models import CallKind, Referral, Source, State
from app.referrals.rules import DEFAULTS, clock_seconds
from app.referrals.transitions import owner_in

NOW = clock.now()
DISPATCH, RESIDENT = Source.DISPATCH, Source.RESIDENT

TURNS = [
    (State.IN_REVIEW, None, Bay.WAITING, Act.DECIDE, None),
    (State.OFFERED, None, Bay.WAITING, Act.ACCEPT, None),
    (State.ACCEPT_PENDING, None, Bay.WAITING, None, Wait.DISPATCH_CONFIRMS),
    (State.ACCEPTED, None, Bay.OURS, Act.SEND, None),
    (State.ACCEPTED, Step.DECLINED, Bay.OURS, Act.SEND, None),
    (State.ACCEPTED, Step.ASSIGNED, Bay.OURS, None, Wait.TEAM_ANSWERS),
    (State.ACCEPTED, Step.ACKNOWLEDGED, Bay.OURS, None, Wait.TEAM_SETS_OFF),
    (State.CONTACTING, Step.EN_ROUTE, Bay.OURS, None, Wait.TEAM_ARRIVES),
    (State.ENGAGED, Step.ON_SCENE, Bay.OURS, None, Wait.TEAM_AT_WORK),
    (State.ENGAGED, Step.CONTACT_MADE, Bay.OURS, None, Wait.TEAM_AT_WORK),
    (State.ACCEPTED, Step.NOT_FOUND, Bay.OURS, None, Wait.TEAM_AT_WORK),
    (State.ACCEPTED, Step.REFUSED, Bay.OURS, None, Wait.TEAM_AT_WORK),
    (State.ACCEPTED, Step.CLEAR, Bay.OURS, None, Wait.CASE_GOES_ON),
    (State.PARKED, None, Bay.WAITING, None, Wait.NOTHING),
    (State.HANDING_BACK, None, Bay.BACK, Act.PHONE, None),
    (State.HANDING_BACK, Step.ON_SCENE, Bay.BACK, Act.PHONE, None),
    (State.CANCEL_REQUESTED, None, Bay.BACK, Act.STAND_DOWN, None),
    (State.HANDED_BACK, None, Bay.BACK, None, Wait.NOTHING),
    (State.CANCELLED, None, Bay.BACK, None, Wait.NOTHING),
    (State.CLOSED, None, Bay.OURS, None, Wait.NOTHING),
]


@pytest.mark.parametrize(("state", "step", "bay", "act", "wait"), TURNS)
def test_each_state_has_its_bay_and_one_next_act_or_one_wait(state, step, bay, act, wait):
    turn = rules.turn_of(state, DISPATCH, step)

    assert (turn.bay, turn.next_act, turn.waits_for) == (bay, act, wait)


def test_when_nobody_reached_the_people_somebody_else_is_sent():
    turn = rules.turn_of(State.ACCEPTED, DISPATCH, Step.ACKNOWLEDGED, is_re_offered=True)

    assert (turn.bay, turn.next_act) == (Bay.OURS, Act.SEND)


def test_the_table_leaves_out_no_state_and_no_step():
    assert {state for state, *_ in TURNS} == set(State)
    assert {step for _, step, *_ in TURNS} == {None, *Step}


@pytest.mark.parametrize("state", State)
def test_what_a_resident_brought_is_never_given_to_dispatch(state):
    assert Act.GIVE_BACK not in rules.turn_of(state, RESIDENT, None).others


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.OFFERED, State.ACCEPT_PENDING, State.ACCEPTED])
def test_a_call_of_dispatch_can_be_given_back_as_long_as_it_is_open(state):
    assert Act.GIVE_BACK in rules.turn_of(state, DISPATCH, None).others


@pytest.mark.parametrize(("state", "step", "bay", "act", "wait"), TURNS)
def test_who_may_only_read_gets_no_act(state, step, bay, act, wait):
    turn = rules.turn_for(rules.turn_of(state, DISPATCH, step), frozenset({Act.READ}))

    assert turn.next_act is None
    assert set(turn.others) <= {Act.READ}
    assert turn.waits_for is (Wait.COORDINATOR if act else wait)


KINDS = {
    State.IN_REVIEW: ClockKind.TO_DECIDE,
    State.OFFERED: ClockKind.TO_ANSWER,
    State.ACCEPT_PENDING: ClockKind.TO_CONFIRM,
    State.ACCEPTED: ClockKind.TO_CONTACT,
    State.CONTACTING: ClockKind.TO_CONTACT,
    State.HANDING_BACK: ClockKind.THEN_PHONE,
}


@pytest.mark.parametrize("kind", CallKind)
@pytest.mark.parametrize("state", State)
def test_a_state_shows_the_clock_that_it_runs_on(state, kind):
    found = rules.clock_of(state, DISPATCH, clock_seconds(state, DEFAULTS[kind]))

    assert (found.kind if found else None) == KINDS.get(state)


@pytest.mark.parametrize(
    ("state", "source", "total", "left", "tone"),
    [
        (State.OFFERED, DISPATCH, 900, 820, Tone.CALM),
        (State.OFFERED, DISPATCH, 900, 121, Tone.CALM),
        (State.OFFERED, DISPATCH, 900, 120, Tone.DUE),
        (State.OFFERED, DISPATCH, 900, 30, Tone.LAPSING),
        (State.OFFERED, DISPATCH, 900, 0, Tone.LAPSED),
        (State.OFFERED, DISPATCH, 40, 40, Tone.DUE),  # so short that it presses from its first second
        (State.OFFERED, DISPATCH, 40, 14, Tone.LAPSING),
        (State.IN_REVIEW, DISPATCH, 180, 91, Tone.CALM),
        (State.IN_REVIEW, DISPATCH, 180, 82, Tone.DUE),
        (State.OFFERED, RESIDENT, 900, 20, Tone.DUE),  # nobody takes a resident's call from us
        (State.OFFERED, RESIDENT, 900, -5, Tone.LAPSED),
        (State.ACCEPT_PENDING, DISPATCH, 15, 9, Tone.CALM),
        (State.ACCEPT_PENDING, DISPATCH, 15, 5, Tone.DUE),
        (State.HANDING_BACK, DISPATCH, 30, 9, Tone.DUE),
        (State.HANDING_BACK, DISPATCH, 30, -300, Tone.LAPSING),  # loud until dispatch says it has the call
        (State.ACCEPTED, DISPATCH, 300, 121, Tone.CALM),
        (State.ACCEPTED, DISPATCH, 300, 100, Tone.DUE),
        (State.ACCEPTED, DISPATCH, 300, 29, Tone.LAPSING),
        (State.ENGAGED, DISPATCH, None, 0, Tone.CALM),
        (State.HANDED_BACK, DISPATCH, None, 0, Tone.LAPSED),
        (State.CANCELLED, DISPATCH, None, 0, Tone.LAPSED),
        (State.CLOSED, DISPATCH, None, 0, Tone.LAPSED),
    ],
)
def test_how_loud_a_strip_is(state, source, total, left, tone):
    assert rules.tone_of(state, rules.clock_of(state, source, total), left) is tone


def a_call(number: str, state: State, left: float, source: Source = DISPATCH) -> Referral:
    seconds = clock_seconds(state, DEFAULTS[CallKind.CALLBACK])
    due_at = NOW + timedelta(seconds=left) if seconds else None
    return Referral(id=number, state=state, source=source, clock_seconds=seconds, clock_due_at=due_at)


def test_the_lapse_line_is_for_the_call_nearest_its_end():
    calls = [
        a_call("a", State.OFFERED, 29),
        a_call("b", State.IN_REVIEW, 12),
        a_call("c", State.OFFERED, 300),
    ]

    assert rules.most_pressing(calls, NOW) is calls[1]


def test_a_hand_back_nobody_answered_presses_more_than_a_call_that_dispatch_still_holds():
    calls = [a_call("a", State.OFFERED, 5), a_call("b", State.HANDING_BACK, -60)]

    assert rules.most_pressing(calls, NOW) is calls[1]


def test_a_calm_board_has_no_lapse_line():
    calls = [
        a_call("a", State.OFFERED, 31),
        a_call("b", State.ACCEPT_PENDING, 2),
        a_call("c", State.OFFERED, 2, RESIDENT),
        a_call("d", State.ENGAGED, 0),
    ]

    assert rules.most_pressing(calls, NOW) is None


@pytest.mark.parametrize(
    ("state", "source", "has_team", "is_offerable"),
    [
        (State.IN_REVIEW, DISPATCH, True, True),
        (State.IN_REVIEW, DISPATCH, False, False),
        (State.IN_REVIEW, RESIDENT, False, True),
        (State.OFFERED, DISPATCH, True, False),
    ],
)
def test_only_a_call_in_review_that_a_team_covers_is_offered(state, source, has_team, is_offerable):
    assert rules.may_offer(state, source, has_team=has_team) is is_offerable


def test_on_the_page_of_a_call_in_review_returning_comes_first():
    turn = rules.turn_of(State.IN_REVIEW, DISPATCH, None)

    assert rules.acts_on_page(turn, is_offerable=True) == (Act.GIVE_BACK, Act.OFFER)
    assert rules.acts_on_page(turn, is_offerable=False) == (Act.GIVE_BACK,)


@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize("state", State)
def test_a_strip_always_shows_an_owner(state, source):
    assert rules.owners_shown(owner_in(state, source)) in {"dispatch", "office", "both"}


@pytest.mark.parametrize("unknown", [None, "", "nobody"])
def test_a_custody_that_is_not_known_is_shown_as_the_alarm_it_is(unknown):
    assert rules.owners_shown(unknown) == ""


def test_no_two_acts_of_one_strip_share_a_key():
    for state, step, *_ in TURNS:
        turn = rules.turn_of(state, DISPATCH, step)
        keys = [rules.KEYS[act] for act in (turn.next_act, *turn.others) if act]
        assert len(keys) == len(set(keys))

"""Two centres with two dead-man clocks: each is told its own time, and we give up before each."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from app import journey
from app.accounts.models import DispatchClient
from app.accounts.permissions import Role
from app.audit.trail import SYSTEM, Actor
from app.delivery.timers import fire_next
from app.foundation import clock, copies
from app.foundation.db import db
from app.referrals.clock_actions import set_clocks, use_default_clocks
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.models import CallKind, ClientClocks, Custody, State
from app.referrals.rules import DEFAULTS
from app.worker import TIMER_HANDLERS, ring_lapses
from tests.support.board import actor_with
from tests.support.clocks import clocks_that_stand_wrongly, row_of
from tests.support.conveyance import Centre, the_call
from tests.support.eido import offer_document
from tests.support.referrals import Dispatch, call, referral_now

LIVE = DEFAULTS[CallKind.LIVE]
QUICK = {"dead_man_seconds": 30, "accept_seconds": 15, "review_seconds": 12, "confirm_seconds": 8}
SLOW = {"dead_man_seconds": 90, "accept_seconds": 60, "review_seconds": 50, "confirm_seconds": 20}
READ_FIRST = {"weapons": "no", "threats": "unknown"}
"""What a person here reads before it is offered: most of it is not known."""


def own_clocks(centre: Dispatch, seconds: dict[str, int], *kinds: CallKind) -> None:
    """An operator sets them, and the processes of the hook have heard of it."""
    client = db.session.get_one(DispatchClient, centre.client_id)
    for kind in kinds or CallKind:
        set_clocks(client, kind, seconds, actor=SYSTEM)
    db.session.commit()
    copies.forget_all()


@pytest.fixture
def quick(app: Flask, responder: object) -> Centre:
    centre = Centre(app, agency="quick.example.gov")
    own_clocks(centre, QUICK)
    return centre


@pytest.fixture
def slow(app: Flask, responder: object) -> Centre:
    centre = Centre(app, agency="slow.example.gov")
    own_clocks(centre, SLOW)
    return centre


@pytest.fixture
def coordinator(app: Flask) -> Actor:
    return actor_with(Role.COORDINATOR)


def seconds_told(answer: Any) -> float:
    """How long dispatch is told to wait, from the moment that its call was kept."""
    accept_by = datetime.fromisoformat(answer["accept_by"])
    return round((accept_by - referral_now(answer["id"]).received_at).total_seconds(), 1)


@pytest.mark.parametrize("kind", CallKind)
def test_each_centre_is_told_its_own_time_and_each_call_goes_back_at_it(
    quick: Centre, slow: Centre, dispatch: Dispatch, kind: CallKind
) -> None:
    told = [centre.offer(call(kind=kind)).json for centre in (quick, slow, dispatch)]
    ids, came_at = [one["id"] for one in told], clock.now()

    def waiting_after(seconds: float) -> list[bool]:
        ring_lapses(came_at + timedelta(seconds=seconds))
        return [referral_now(one).state is State.OFFERED for one in ids]

    usual = DEFAULTS[kind].accept_seconds
    assert [seconds_told(one) for one in told] == [15, 60, usual]
    assert waiting_after(12) == [True, True, True]
    assert waiting_after(16) == [False, True, True]
    assert waiting_after(61) == [False, False, kind is CallKind.CALLBACK]
    assert waiting_after(usual + 1) == [False, False, False]
    assert {referral_now(one).custody for one in ids} == {Custody.DISPATCH}


def test_what_is_read_first_waits_by_the_clock_of_its_centre_and_no_longer_in_all(
    quick: Centre, slow: Centre, coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [centre.offer(call(kind="callback", answers=READ_FIRST)).json for centre in (quick, slow)]

    assert [one["state"] for one in told] == ["in_review"] * 2
    assert [seconds_told(one) for one in told] == [12, 50]
    monkeypatch.setattr(clock, "now", at := later(11))
    for one, wait in zip(told, (15, 60), strict=True):
        referral = referral_now(one["id"])
        journey.offer(referral, actor=coordinator)
        assert referral.clock_due_at == referral.received_at + timedelta(seconds=wait)
        assert referral.clock_due_at > at()


def test_each_centre_has_its_own_time_to_confirm(quick: Centre, slow: Centre, coordinator: Actor) -> None:
    ids = [centre.offer(call(kind="live")).json["id"] for centre in (quick, slow)]
    for one in ids:
        journey.accept(referral_now(one), actor=coordinator)
        db.session.commit()
    accepted_at = clock.now()

    def pending_after(seconds: float) -> list[bool]:
        fire_next(TIMER_HANDLERS, accepted_at + timedelta(seconds=seconds))
        return [referral_now(one).state is State.ACCEPT_PENDING for one in ids]

    assert pending_after(7) == [True, True]
    assert pending_after(8.5) == [False, True]
    assert pending_after(20.5) == [False, False]
    assert {referral_now(one).custody for one in ids} == {Custody.BOTH}


def test_an_eido_waits_by_the_clocks_of_its_centre(quick: Centre) -> None:
    eido = quick.offer(offer_document(), media_type=EIDO).json
    assert seconds_told(eido) == 15
    ring_lapses(clock.now() + timedelta(seconds=16))
    assert referral_now(eido["id"]).state is State.HANDED_BACK


def test_a_request_by_conveyance_waits_by_the_clocks_of_its_centre(slow: Centre, coordinator: Actor) -> None:
    assert slow.request().status_code == 201
    assert the_call().clock_seconds == 60
    journey.accept(the_call(), actor=coordinator)
    assert the_call().clock_seconds == 20


def test_a_call_that_turns_live_gets_the_live_clocks_of_its_centre(
    dispatch: Dispatch, coordinator: Actor
) -> None:
    own_clocks(dispatch, QUICK, CallKind.LIVE)
    first = call(kind="callback")
    waiting = dispatch.offer(first).json
    told = dispatch.offer(first | {"version": 2, "kind": "live"}).json

    assert (seconds_told(waiting), told["id"]) == (900, waiting["id"])
    assert seconds_told(told) == pytest.approx(15, abs=1)
    journey.accept(referral_now(told["id"]), actor=coordinator)
    assert referral_now(told["id"]).clock_seconds == 8


def test_a_call_told_of_before_it_came_is_promised_by_its_own_kind(slow: Centre, coordinator: Actor) -> None:
    own_clocks(slow, QUICK, CallKind.LIVE)
    offered = call(kind="live")
    slow.tell_incident(offered["incident_id"], "updates", {"version": 2, "narrative": "Calm."})
    told = slow.offer(offered).json

    assert seconds_told(told) == 15
    journey.accept(referral_now(told["id"]), actor=coordinator)
    assert referral_now(told["id"]).clock_seconds == 8


def test_a_running_call_keeps_every_clock_of_the_promise_it_was_given(
    dispatch: Dispatch, coordinator: Actor
) -> None:
    """40 seconds to accept by the old clocks and 70 to confirm by the new would outlast both dead-men."""
    of_usual = dispatch.offer(call(kind="live")).json["id"]
    own_clocks(dispatch, {**QUICK, "dead_man_seconds": 90, "confirm_seconds": 70}, CallKind.LIVE)
    of_own = dispatch.offer(call(kind="live")).json["id"]
    client = db.session.get_one(DispatchClient, dispatch.client_id)
    use_default_clocks(client, CallKind.LIVE, actor=SYSTEM)
    db.session.commit()
    copies.forget_all()
    of_usual_again = dispatch.offer(call(kind="live")).json["id"]

    ids = (of_usual, of_own, of_usual_again)
    assert [referral_now(one).clock_seconds for one in ids] == [40, 15, 40]
    for one in ids:
        journey.accept(referral_now(one), actor=coordinator)
    assert [referral_now(one).clock_seconds for one in ids] == [15, 70, 15]


def test_after_the_confirmation_the_clocks_of_the_centre_run_too(
    dispatch: Dispatch, coordinator: Actor
) -> None:
    own_clocks(dispatch, {"contact_seconds": 200, "re_offer_seconds": 100}, CallKind.LIVE)
    referral_id = dispatch.offer(call(kind="live")).json["id"]
    journey.accept(referral_now(referral_id), actor=coordinator)
    dispatch.tell(referral_id, "confirm")
    assert referral_now(referral_id).clock_seconds == 200
    assert fire_next(TIMER_HANDLERS, clock.now() + timedelta(seconds=201))
    assert referral_now(referral_id).clock_seconds == 100


def test_a_call_of_a_centre_with_its_own_clocks_costs_no_query_more(
    dispatch: Dispatch, quick: Centre, count_queries: Callable[[], Any]
) -> None:
    for centre in (dispatch, quick):
        centre.offer()  # the process has its copies
    costs = []
    for centre in (dispatch, quick):
        with count_queries() as counted:
            assert centre.offer().status_code == 201
        costs.append(counted.count)
        assert [one for one in counted.statements if "client_clocks" in one] == []

    assert costs[0] == costs[1]


# --- the database keeps the rule too ------------------------------------------------------------


def test_the_database_refuses_what_the_rules_refuse_and_names_the_field(dispatch: Dispatch) -> None:
    assert clocks_that_stand_wrongly(dispatch.client_id) == []


def test_a_centre_has_one_set_of_clocks_at_a_time_for_a_kind_of_call(dispatch: Dispatch) -> None:
    own_clocks(dispatch, QUICK)

    with pytest.raises(IntegrityError):
        db.session.execute(insert(ClientClocks).values(**row_of(dispatch.client_id, LIVE)))


def later(seconds: float) -> Callable[[], datetime]:
    moment = clock.now() + timedelta(seconds=seconds)
    return lambda: moment

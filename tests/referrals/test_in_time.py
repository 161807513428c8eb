"""We give up before dispatch does: a yes that comes too late is none, and no act here buys time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app import journey
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit.trail import Actor
from app.foundation import clock
from app.foundation.db import db
from app.referrals import rules
from app.referrals.actions import MovedOn
from app.referrals.models import CallKind, Custody, Referral, Source, State
from tests.support.board import make_call
from tests.support.people import make_account
from tests.support.referrals import Dispatch, call, referral_now

NOON = datetime.fromisoformat("2026-11-28T12:00:00+00:00")
DEAD_MAN = {CallKind.LIVE: timedelta(seconds=60), CallKind.CALLBACK: timedelta(minutes=20)}
"""When dispatch treats a call as never sent (security.md C.3)."""


@pytest.fixture
def coordinator(app: Flask) -> Actor:
    return actor_of(make_account(Role.COORDINATOR))


@pytest.mark.parametrize("kind", CallKind)
@pytest.mark.parametrize("state", [State.IN_REVIEW, State.OFFERED])
@pytest.mark.parametrize("share", [0, 0.5, 0.95, 1])
def test_however_often_it_is_read_the_whole_wait_ends_before_dispatchs_own_clock(
    kind: CallKind, state: State, share: float
) -> None:
    promised = NOON + timedelta(seconds=rules.DEFAULTS[kind].accept_seconds)
    moved_at = NOON + share * (promised - NOON)
    due_at = rules.due_at(state, rules.DEFAULTS[kind], None, promised=promised, now=moved_at)

    assert due_at is not None
    assert due_at + timedelta(seconds=rules.DEFAULTS[kind].confirm_seconds) < NOON + DEAD_MAN[kind]


def test_a_call_that_was_read_waits_no_longer_than_dispatch_was_told(
    dispatch: Dispatch, coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = dispatch.offer(call(kind="live", answers={"weapons": "no", "threats": "unknown"})).json
    referral = referral_now(told["id"])
    assert referral.state is State.IN_REVIEW
    at(monkeypatch, referral.received_at + timedelta(seconds=38))
    journey.offer(referral, actor=coordinator)

    assert abs(referral.clock_due_at - datetime.fromisoformat(told["accept_by"])) < timedelta(seconds=0.01)
    assert referral.clock_seconds == 2


def test_a_call_that_turns_live_has_the_clock_that_dispatch_was_told_then(
    dispatch: Dispatch, coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waited ten minutes to be called back; now somebody is on the line, and may still be answered."""
    first = call(kind="callback", answers={"weapons": "no", "threats": "unknown"})
    referral = referral_now(dispatch.offer(first).json["id"])
    later = clock.now() + timedelta(seconds=100)
    at(monkeypatch, later)
    told = dispatch.offer(first | {"version": 2, "kind": "live"}).json
    at(monkeypatch, later + timedelta(seconds=30))
    db.session.expire_all()
    journey.offer(referral, actor=coordinator)

    assert datetime.fromisoformat(told["accept_by"]) - later == pytest.approx(
        timedelta(seconds=40), abs=timedelta(seconds=1)
    )
    assert abs(referral.clock_due_at - datetime.fromisoformat(told["accept_by"])) < timedelta(seconds=0.01)


def test_a_call_told_of_before_it_came_has_its_whole_clock(
    dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = call(kind="live")
    dispatch.tell_incident(offered["incident_id"], "updates", {"version": 2, "narrative": "Calm."})
    at(monkeypatch, clock.now() + timedelta(seconds=25))
    told = dispatch.offer(offered).json

    assert datetime.fromisoformat(told["accept_by"]) - clock.now() > timedelta(seconds=39)


@pytest.mark.parametrize("act", [journey.offer, journey.accept])
def test_a_late_yes_is_none_though_nobody_rang(
    dispatch: Dispatch, coordinator: Actor, monkeypatch: pytest.MonkeyPatch, act: Any
) -> None:
    state = State.IN_REVIEW if act is journey.offer else State.OFFERED
    referral = make_call(state, client_id=dispatch.client_id, left=5)
    db.session.commit()
    at(monkeypatch, clock.now() + timedelta(seconds=6))

    with pytest.raises(MovedOn):
        act(referral, actor=coordinator)
    assert standing(referral) == (state, Custody.DISPATCH)


def test_a_late_confirmation_is_refused_and_both_own_it_until_the_hand_back(
    dispatch: Dispatch, coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = referral_now(dispatch.offer(call(kind="live")).json["id"])
    journey.accept(referral, actor=coordinator)
    db.session.commit()
    at(monkeypatch, clock.now() + timedelta(seconds=rules.DEFAULTS[CallKind.LIVE].confirm_seconds + 1))
    answer = dispatch.tell(referral.id, "confirm")

    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (409, "custody-expired")
    assert standing(referral) == (State.ACCEPT_PENDING, Custody.BOTH)


def test_what_a_resident_brought_is_promised_to_nobody_and_may_be_answered_late(
    app: Flask, coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = make_call(State.OFFERED, source=Source.RESIDENT, left=5)
    at(monkeypatch, clock.now() + timedelta(hours=1))
    journey.accept(referral, actor=coordinator)

    assert standing(referral) == (State.ACCEPTED, Custody.OFFICE)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def standing(referral: Referral) -> tuple[State, Custody]:
    db.session.expire(referral)
    return referral.state, referral.custody

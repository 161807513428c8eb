"""Clocks that run out together ring together; and a clock on the wall that jumps rings them early."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import worker as door
from app.delivery.ladder import HAND_BACK_KIND
from app.delivery.models import DueTimer, OutboxMessage, WorkerBeat
from app.delivery.timers import set_timer
from app.foundation import clock, clock_guard
from app.foundation.clock_guard import ClockGuard
from app.foundation.db import db
from app.referrals import lapses
from app.referrals.actions import CONTACT_TIMER, LAPSE_TIMER, PHONE_TIMER, tell_dispatch
from app.referrals.models import Custody, Referral, ReferralStateRow, Source, State
from app.vault.sweep import SWEEP_TIMER
from app.worker import Worker, ring_lapses
from tests.support.board import make_call
from tests.support.places import make_area
from tests.support.referrals import Dispatch

SOON = timedelta(seconds=1)


@pytest.fixture
def dispatch(app: Flask) -> Dispatch:
    make_area()
    return Dispatch(app, callback_url="http://localhost:9")


def make_waiting(dispatch: Dispatch, count: int, state: State = State.OFFERED, **fields: object) -> list[str]:
    """So many calls whose clocks run out in a second."""
    ids = []
    for _ in range(count):
        referral = make_call(state, client_id=dispatch.client_id, **fields)
        set_timer(LAPSE_TIMER, referral.id, clock.now() + SOON)
        ids.append(referral.id)
    db.session.commit()
    return ids


def standing(ids: list[str]) -> set[tuple[State, Custody, str | None]]:
    db.session.expire_all()
    rows = select(Referral.state, Referral.custody, Referral.reason).where(Referral.id.in_(ids))
    return {tuple(row) for row in db.session.execute(rows)}


def test_all_that_is_due_goes_back_at_once_and_dispatch_is_told_of_each(dispatch: Dispatch) -> None:
    ids = make_waiting(dispatch, 5)
    assert ring_lapses(clock.now()) is False
    assert standing(ids) == {(State.OFFERED, Custody.DISPATCH, None)}

    assert ring_lapses(clock.now() + 2 * SOON) is True

    assert standing(ids) == {(State.HANDED_BACK, Custody.DISPATCH, "clock_ran_out")}
    told = db.session.scalars(select(OutboxMessage)).all()
    assert {one.subject_id for one in told} == set(ids)
    assert {one.payload["custody"] for one in told} == {"dispatch"}
    rows = select(ReferralStateRow.referral_id).where(ReferralStateRow.state == State.HANDED_BACK)
    assert sorted(db.session.scalars(rows)) == sorted(ids)
    assert ring_lapses(clock.now() + 2 * SOON) is False


@pytest.mark.parametrize(
    ("state", "reason"),
    [(State.OFFERED, "clock_ran_out"), (State.IN_REVIEW, "clock_ran_out"), (State.PARKED, "no_create")],
)
def test_each_goes_back_with_its_own_reason(dispatch: Dispatch, state: State, reason: str) -> None:
    ids = make_waiting(dispatch, 2, state)
    ring_lapses(clock.now() + 2 * SOON)

    assert standing(ids) == {(State.HANDED_BACK, Custody.DISPATCH, reason)}


@pytest.mark.parametrize("state", sorted(set(State) - {State.OFFERED, State.IN_REVIEW, State.PARKED}))
def test_a_clock_that_rings_too_late_to_matter_moves_nothing(dispatch: Dispatch, state: State) -> None:
    ids = make_waiting(dispatch, 1, state)
    before = standing(ids)
    ring_lapses(clock.now() + 2 * SOON)

    assert standing(ids) == before
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 0


def test_what_a_resident_brought_is_never_handed_to_dispatch(dispatch: Dispatch) -> None:
    referral = make_call(State.OFFERED, source=Source.RESIDENT)
    set_timer(LAPSE_TIMER, referral.id, clock.now())
    db.session.commit()
    ring_lapses(clock.now() + SOON)

    assert standing([referral.id]) == {(State.OFFERED, Custody.OFFICE, None)}


def test_one_that_fails_does_not_hold_up_the_others(
    dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Together nothing of it is kept; alone each is rung, and only the one that fails waits."""
    *good, bad = make_waiting(dispatch, 3)
    moment = clock.now() + 2 * SOON
    real = lapses.hand_back_all

    def fails_on_one(ids: list[str], now: datetime) -> None:
        if bad in ids:
            raise LookupError("a row that nobody expected")
        real(ids, now)

    monkeypatch.setattr(lapses, "hand_back_all", fails_on_one)
    monkeypatch.setattr(door.clock, "now", lambda: moment)
    worker = Worker(lambda _: None)
    for _ in range(5):
        worker.work_once()

    assert {state for state, *_ in standing(good)} == {State.HANDED_BACK}
    assert {state for state, *_ in standing([bad])} == {State.OFFERED}


# --- a clock that jumps ----------------------------------------------------------------------


def test_a_steady_clock_is_no_jump() -> None:
    guard = ClockGuard()

    assert guard.jump() == timedelta()
    assert guard.jump(clock.now() + timedelta(seconds=1.5)) == timedelta()


@pytest.mark.parametrize("seconds", [-3600, -5, 5, 3600])
def test_a_jump_is_seen_once(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    guard, step = ClockGuard(), timedelta(seconds=seconds)
    real = clock.now
    monkeypatch.setattr(clock_guard.clock, "now", lambda: real() + step)

    assert abs(guard.jump() - step) < timedelta(seconds=1)
    assert guard.jump() == timedelta()


def test_a_moment_that_lies_ahead_says_that_the_clock_was_put_back_before() -> None:
    assert ClockGuard().jump(clock.now() + timedelta(hours=1)) < timedelta(minutes=-59)


def test_when_the_clock_is_put_back_waiting_calls_go_back_early(
    dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = make_waiting(dispatch, 3)
    worker = Worker(lambda _: None)
    real = clock.now
    monkeypatch.setattr(door.clock, "now", lambda: real() - timedelta(hours=1))
    worker._beat()
    worker.work_once()

    assert standing(ids) == {(State.HANDED_BACK, Custody.DISPATCH, "clock_ran_out")}
    assert db.session.scalar(select(func.count()).select_from(WorkerBeat)) == 1
    waiting = select(DueTimer.kind).where(DueTimer.done_at.is_(None), DueTimer.cancelled_at.is_(None))
    assert db.session.scalars(waiting).all() == [SWEEP_TIMER]  # which no call waits for


def test_when_the_clock_is_put_back_the_watch_and_dispatch_are_told_no_later(
    dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hand-back is repeated and paged at once; people on the way keep the time they were given."""
    handing, taken = (
        make_call(state, client_id=dispatch.client_id) for state in (State.HANDING_BACK, State.ACCEPTED)
    )
    for timer, referral in ((PHONE_TIMER, handing), (CONTACT_TIMER, taken)):
        set_timer(timer, referral.id, clock.now() + timedelta(seconds=referral.clock_seconds or 0))
    tell_dispatch(handing, HAND_BACK_KIND)
    db.session.scalars(select(OutboxMessage)).one().next_attempt_at = clock.now() + timedelta(seconds=15)
    db.session.commit()
    real, hour = clock.now, timedelta(hours=1)
    worker = Worker(lambda _: None)
    monkeypatch.setattr(door.clock, "now", lambda: real() - hour)
    worker._beat()

    soon = clock.now() + SOON
    due = dict(db.session.execute(select(DueTimer.kind, DueTimer.next_attempt_at)).all())
    assert due[PHONE_TIMER] <= soon
    assert due[CONTACT_TIMER] <= soon + timedelta(seconds=taken.clock_seconds or 0)
    assert db.session.scalars(select(OutboxMessage.next_attempt_at)).one() <= soon

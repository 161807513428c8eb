"""A person's yes in the last second and the clock that rings then: neither waits for the other in a ring."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.delivery.timers import cancel_timers, fire_next, set_timer
from app.foundation import clock
from app.foundation.db import db
from app.referrals import lapses
from app.referrals.actions import CONFIRM_TIMER, LAPSE_TIMER
from app.referrals.models import Referral, State
from app.worker import TIMER_HANDLERS, ring_lapses
from tests.support.board import make_call
from tests.support.places import make_area
from tests.support.referrals import Dispatch, referral_now

SOON = timedelta(seconds=1)


@pytest.fixture
def beside(app: Flask) -> Iterator[ThreadPoolExecutor]:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("on SQLite one writes at a time: nobody holds a part while another holds the rest")
    with ThreadPoolExecutor(1) as pool:
        yield pool


def _waiting(app: Flask, state: State, timer: str, count: int = 1) -> list[str]:
    """So many calls whose clocks are due."""
    make_area()
    client_id = Dispatch(app).client_id
    ids = [make_call(state, client_id=client_id).id for _ in range(count)]
    for referral_id in ids:
        set_timer(timer, referral_id, clock.now())
    db.session.commit()
    return ids


def _act_on(referral_id: str) -> None:
    """Hold the call as `move` does before it stops the clocks; a wait of three seconds is a failure."""
    db.session.execute(text("SET LOCAL lock_timeout = '3s'"))
    db.session.execute(select(Referral.id).where(Referral.id == referral_id).with_for_update())


def test_a_clock_leaves_a_call_alone_that_somebody_acts_on(app: Flask, beside: ThreadPoolExecutor) -> None:
    referral_id, other_id = _waiting(app, State.OFFERED, LAPSE_TIMER, 2)
    _act_on(referral_id)

    def ring() -> bool:
        with app.app_context():
            db.session.execute(text("SET lock_timeout = '3s'"))
            return ring_lapses(clock.now() + SOON)

    assert beside.submit(ring).result(timeout=20) is True
    cancel_timers(referral_id, LAPSE_TIMER)
    db.session.commit()
    assert referral_now(referral_id).state is State.OFFERED
    assert referral_now(other_id).state is State.HANDED_BACK


def test_a_call_that_was_left_alone_is_rung_at_the_next_look(app: Flask, beside: ThreadPoolExecutor) -> None:
    [referral_id] = _waiting(app, State.OFFERED, LAPSE_TIMER)
    _act_on(referral_id)

    def ring() -> bool:
        with app.app_context():
            return ring_lapses(clock.now() + SOON)

    assert beside.submit(ring).result(timeout=20) is False
    db.session.rollback()  # who acted gave up
    assert beside.submit(ring).result(timeout=20) is True
    assert referral_now(referral_id).state is State.HANDED_BACK


def test_a_clock_that_rings_alone_waits_for_who_acts_and_holds_nothing_meanwhile(
    app: Flask, beside: ThreadPoolExecutor
) -> None:
    [referral_id] = _waiting(app, State.ACCEPT_PENDING, CONFIRM_TIMER)
    _act_on(referral_id)

    def ring() -> bool:
        with app.app_context():
            return fire_next(TIMER_HANDLERS, clock.now() + SOON, lapses.hold)

    ringing = beside.submit(ring)
    _until_somebody_waits(ringing)
    cancel_timers(referral_id, CONFIRM_TIMER)
    db.session.commit()
    ringing.result(timeout=20)
    assert referral_now(referral_id).state is State.ACCEPT_PENDING


def _until_somebody_waits(ringing: "Future[bool]") -> None:
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    for _ in range(500):
        if db.session.scalar(waiting) or ringing.done():
            return
        sleep(0.02)
    raise AssertionError("The clock never rang.")

"""A worker that was stopped past its lease and comes back overwrites nothing of what another did."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.delivery import timers
from app.delivery.ladder import HAND_BACK_KIND
from app.delivery.models import DueTimer
from app.delivery.outbox import LEASE, Claimed, Said, carry, claim, deliver_next, stop_repeating
from app.foundation import clock
from app.foundation.db import db
from tests.support.delivery import Listener, make_destination, message_now, promise, refuse, take


def stopped_while(sending: Callable[[Claimed], Said], meanwhile: Callable[[], None]) -> Callable[..., Said]:
    """A send in whose middle the worker is stopped (as by SIGSTOP), while another one works."""

    def send(message: Claimed) -> Said:
        meanwhile()
        db.session.rollback()
        return sending(message)

    return send


def another_worker(sending: Callable[[Claimed], Said]) -> Callable[[], None]:
    return lambda: deliver_next(sending, clock.now() + LEASE) or None


@pytest.mark.parametrize("woken", [take, refuse])
@pytest.mark.parametrize("other", [take, refuse])
def test_what_the_other_worker_noted_stands(
    app: Flask, woken: Callable[[Claimed], Said], other: Callable[[Claimed], Said]
) -> None:
    destination = make_destination()
    message_id, seen = promise(destination), []

    def meanwhile() -> None:
        another_worker(other)()
        seen.append(_noted(message_id))

    deliver_next(stopped_while(woken, meanwhile), clock.now())

    assert seen == [_noted(message_id)]
    assert message_now(message_id).attempt_count == 2
    assert (message_now(message_id).sent_at is not None) is (other is take)


def test_an_answer_to_a_worker_that_lost_its_claim_settles_nothing(app: Flask) -> None:
    promise(make_destination())
    settled: list[Claimed] = []

    def settle(message: Claimed, said: Said) -> None:
        settled.append(message)

    deliver_next(stopped_while(Listener("confirmed"), another_worker(refuse)), clock.now(), settle)

    assert settled == []


def test_a_worker_that_slept_before_it_sent_does_not_send_what_was_settled_since(app: Flask) -> None:
    message_id, listener = promise(make_destination(), HAND_BACK_KIND), Listener()
    message = claim(message_id, clock.now())
    stop_repeating("call-1", HAND_BACK_KIND)
    db.session.commit()
    assert message

    carry(message, listener)
    assert listener.came == []


def test_a_worker_that_slept_before_it_sent_leaves_it_to_the_other(app: Flask) -> None:
    message_id, listener = promise(make_destination()), Listener()
    message = claim(message_id, clock.now())
    assert message
    another_worker(refuse)()

    carry(message, listener)
    assert listener.came == []


def test_the_failure_of_a_worker_that_lost_its_claim_is_not_counted(app: Flask) -> None:
    destination = make_destination()
    promise(destination)
    deliver_next(stopped_while(refuse, another_worker(take)), clock.now())

    db.session.refresh(destination)
    assert destination.failure_count == 0


def _noted(message_id: str) -> tuple[object, ...]:
    now = message_now(message_id)
    noted = (now.sent_at, now.dead_at, now.next_attempt_at, now.last_problem, now.attempt_count)
    db.session.rollback()
    return noted


def test_of_a_timer_too_the_worker_that_slept_does_nothing(app: Flask) -> None:
    rung: list[str] = []
    now = clock.now()
    timers.set_timer("lapse", "call-1", now)
    db.session.commit()
    timer_id = db.session.scalars(select(DueTimer.id)).one()
    slept, handlers = timers.claim(timer_id, now), {"lapse": _ringing(rung, "slept")}
    other = timers.claim(timer_id, now + timers.LEASE)
    assert slept
    assert other

    timers.ring(slept, handlers, now)
    assert rung == []
    timers.ring(other, {"lapse": _ringing(rung, "other")}, now + timedelta(minutes=1))
    timers.ring(slept, handlers, now)
    assert rung == ["other"]


def _ringing(rung: list[str], name: str) -> timers.TimerHandler:
    def ring(subject_id: str, now: datetime) -> None:
        rung.append(name)

    return ring

"""A receiver that hangs holds up no clock and no other receiver, and one in trouble gets the oldest first."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.delivery.couriers import Couriers
from app.delivery.ladder import HAND_BACK_KIND
from app.delivery.models import OutboxMessage
from app.delivery.outbox import (
    AT_ONCE,
    FAILING_AFTER,
    Claimed,
    Said,
    SendFailed,
    deliver_next,
    find_due,
)
from app.delivery.timers import set_timer
from app.delivery.webhook import WebhookSender
from app.foundation import clock
from app.foundation.db import db
from app.worker import TIMER_HANDLERS, Worker
from tests.support.delivery import Listener, make_destination, make_due, message_now, promise, refuse, take
from tests.support.receiver import Receiver

BELL = "test.bell"


@contextmanager
def at_work(app: Flask, send: Callable[[Claimed], Said]) -> Iterator[Worker]:
    """A worker that runs beside the test until the block ends."""
    db.session.rollback()  # on SQLite the worker would wait for this test
    worker = Worker(send)

    def run() -> None:
        with app.app_context():
            worker.run()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(30)
        assert not thread.is_alive()


def test_while_a_receiver_hangs_clocks_ring_and_others_are_told(
    app: Flask,
    receiver: Receiver,
    another_receiver: Callable[[], Receiver],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twelve messages to one that hangs, each for five seconds; then the clock of another call is due."""
    hanging, other = receiver, another_receiver()
    hanging.delay_seconds = 30
    rung: list[tuple[str, float]] = []
    monkeypatch.setitem(
        TIMER_HANDLERS, BELL, lambda subject_id, _: rung.append((subject_id, time.monotonic()))
    )
    stuck = make_destination("Hanging CAD", hanging.url)
    for number in range(12):
        promise(stuck, subject_id=f"call-{number}")
    told = make_destination("City CAD", other.url)
    with at_work(app, WebhookSender()):
        hanging.wait_for(AT_ONCE)
        due: dict[str, float] = {}
        for number in range(4):
            set_timer(BELL, f"clock-{number}", clock.now())
            promise(told, subject_id=f"other-{number}")
            due[f"clock-{number}"] = time.monotonic()
            db.session.rollback()
            time.sleep(0.4)
        other.wait_for(4, seconds=2)
        while len(rung) < 4 and time.monotonic() < due["clock-3"] + 2:
            time.sleep(0.02)

        assert {name: at - due[name] < 2 for name, at in rung} == dict.fromkeys(due, True)
        assert len(hanging.requests) == AT_ONCE  # all of this while it hung, and no more than this


def test_everything_promised_arrives_and_once(app: Flask, receiver: Receiver) -> None:
    destination = make_destination(url=receiver.url)
    ids = {promise(destination, subject_id=f"call-{number}") for number in range(30)}
    with at_work(app, WebhookSender()):
        receiver.wait_for(30)
        _until(lambda: _waiting_count() == 0)

    assert {request.headers["webhook-id"] for request in receiver.requests} == ids
    assert len(receiver.requests) == 30


def _waiting_count() -> int:
    waiting = select(func.count()).where(OutboxMessage.sent_at.is_(None))
    return db.session.scalar(waiting) or 0


def test_one_unforeseen_failure_takes_no_courier_away(app: Flask) -> None:
    """More such failures than there are couriers, then a message that arrives."""
    broken, fine, listener = make_destination("Broken"), make_destination("Fine"), Listener()
    for _ in range(12):
        promise(broken)

    def send(message: Claimed) -> Said:
        if message.destination_id == broken_id:
            raise KeyError("unforeseen")
        return listener(message)

    broken_id = broken.id
    with at_work(app, send):
        _until(lambda: db.session.scalar(select(func.sum(OutboxMessage.attempt_count))) == 12)
        promise(fine)
        _until(lambda: len(listener.came) == 1)


def test_one_turn_sends_what_is_due_with_every_courier_and_then_ends(app: Flask) -> None:
    """As many as one destination may have at once; the rest waits until a courier is back."""
    there, gate = make_destination(), threading.Event()
    for _ in range(AT_ONCE + 1):
        promise(there)
    taken: list[str] = []

    def carry(message: Claimed) -> None:
        taken.append(message.id)
        gate.wait(10)

    with Couriers(carry) as couriers:
        assert couriers.send_due(clock.now())
        assert not couriers.send_due(clock.now())
        gate.set()
    assert len(taken) == AT_ONCE


def _until(holds: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 10
    while True:
        done = holds()
        db.session.rollback()
        if done:
            return
        assert time.monotonic() < ends_at
        time.sleep(0.02)


def test_one_destination_gets_a_few_messages_at_once_and_no_more(app: Flask) -> None:
    slow = make_destination("Slow")
    promise(slow)
    other_id = promise(make_destination("Other"))

    assert find_due(clock.now(), {slow.id: AT_ONCE}) == other_id
    assert find_due(clock.now(), {slow.id: AT_ONCE - 1}) != other_id


def test_a_destination_in_trouble_is_tried_with_its_oldest_message_first(app: Flask) -> None:
    destination = make_destination(failure_count=FAILING_AFTER)
    oldest, newer, now = promise(destination), promise(destination), clock.now()
    make_due(oldest, now - timedelta(seconds=1))
    make_due(newer, now - timedelta(seconds=9))

    assert find_due(now) == oldest
    assert find_due(now, {destination.id: 1}) is None  # and with one at a time


def test_a_destination_that_is_well_is_sent_what_is_due_first(app: Flask) -> None:
    destination = make_destination(failure_count=FAILING_AFTER - 1)
    oldest, newer, now = promise(destination), promise(destination), clock.now()
    make_due(oldest, now - timedelta(seconds=1))
    make_due(newer, now - timedelta(seconds=9))

    assert find_due(now, {destination.id: 1}) == newer


@pytest.mark.parametrize("failure_count", [0, FAILING_AFTER])
def test_a_hand_back_goes_before_everything_else(app: Flask, failure_count: int) -> None:
    destination = make_destination(failure_count=failure_count)
    promise(destination)
    hand_back = promise(destination, HAND_BACK_KIND)

    assert find_due(clock.now()) == hand_back


def test_what_is_not_due_is_not_tried_however_old(app: Flask) -> None:
    destination = make_destination(failure_count=FAILING_AFTER)
    oldest, newer, now = promise(destination), promise(destination), clock.now()
    make_due(oldest, now + timedelta(hours=1))

    assert find_due(now) == newer


def test_failures_in_a_row_are_counted_and_forgotten_with_the_first_success(app: Flask) -> None:
    destination = make_destination()
    for _ in range(4):
        promise(destination)
    counted = []
    for send in (refuse, refuse, take, _gone):
        deliver_next(send, clock.now())
        db.session.refresh(destination)
        counted.append(destination.failure_count)

    assert counted == [1, 2, 0, 1]


def _gone(message: Claimed) -> Said:
    raise SendFailed("HTTP 410")


def test_the_answer_gone_is_a_failure_and_no_unsubscription(app: Flask, receiver: Receiver) -> None:
    destination, began = make_destination(url=receiver.url), clock.now()
    message_id = promise(destination)
    receiver.answers.extend([410, 200])
    deliver_next(WebhookSender(), clock.now())
    first: datetime = message_now(message_id).next_attempt_at
    db.session.rollback()
    deliver_next(WebhookSender(), clock.now() + timedelta(seconds=2))

    assert first < began + timedelta(seconds=3)
    assert message_now(message_id).sent_at is not None

"""The worker's loop: one thing of each kind, a sign of life, and no failure that stops the others."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app import worker as door
from app.audit import chain
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import SYSTEM, record
from app.delivery.destinations import register_destination
from app.delivery.models import DueTimer, OutboxMessage, WorkerBeat
from app.delivery.outbox import Claimed, Said, enqueue
from app.delivery.timers import set_timer
from app.foundation import clock
from app.foundation.db import db
from app.worker import TIMER_HANDLERS, Worker
from tests.support.tampering import make_linker

BELL = "test.bell"


class Receiver:
    """Takes messages and remembers them, or fails as it is told."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.problem: Exception | None = None

    def __call__(self, message: Claimed) -> Said:
        if self.problem:
            raise self.problem
        self.taken.append(message.subject_id)
        return ()


@pytest.fixture
def taking(app: Flask) -> Receiver:
    return Receiver()


@pytest.fixture
def worker(taking: Receiver, monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setattr(door, "TROUBLE_SECONDS", 0)
    monkeypatch.setattr(door, "IDLE_SECONDS", 0)
    return Worker(taking)


def due_things() -> None:
    """A clock that is due, a message to send, an entry to link."""
    now = clock.now()
    set_timer(BELL, "call-1", now)
    destination, _ = register_destination("City CAD", "https://cad.example.gov/callbacks")
    enqueue(destination.id, "referral.accepted", {}, subject_id="call-1")
    record(What.REFERRAL_READ, actor=SYSTEM, subject_type="referral", subject_id="call-1")
    db.session.commit()


def count(column: object) -> int:
    """How many rows have something in this column."""
    db.session.rollback()
    return db.session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]  # any column


def test_each_kind_gets_its_turn(worker: Worker, taking: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setitem(TIMER_HANDLERS, BELL, lambda subject_id, _: rung.append(subject_id))
    due_things()

    assert worker.work_once() is True
    assert (rung, taking.taken, count(AuditEntry.position)) == (["call-1"], ["call-1"], 1)
    assert worker.work_once() is False


@pytest.mark.parametrize("problem", [LookupError("call-1"), OperationalError("SELECT", {}, LookupError())])
def test_a_failing_clock_stops_nothing_else(
    worker: Worker, taking: Receiver, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def fail(subject_id: str, now: datetime) -> None:
        set_timer("never kept", subject_id, now)
        raise problem

    monkeypatch.setitem(TIMER_HANDLERS, BELL, fail)
    due_things()

    assert worker.work_once() is True
    assert (taking.taken, count(AuditEntry.position)) == (["call-1"], 1)
    assert (count(DueTimer.id), count(DueTimer.done_at)) == (1, 0)


def test_a_failing_sender_stops_no_clock(
    worker: Worker, taking: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TIMER_HANDLERS, BELL, lambda *_: None)
    taking.problem = KeyError("unforeseen")
    due_things()
    worker.work_once()

    assert (count(DueTimer.done_at), count(AuditEntry.position)) == (1, 1)
    assert (count(OutboxMessage.id), count(OutboxMessage.sent_at), count(OutboxMessage.dead_at)) == (1, 0, 0)


def test_a_timer_of_an_unknown_kind_stops_nothing_else(worker: Worker, taking: Receiver) -> None:
    due_things()
    worker.work_once()

    assert (taking.taken, count(DueTimer.done_at)) == (["call-1"], 0)


def test_it_gives_a_sign_of_life_and_ends_when_told(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    before = clock.now()
    turns: list[bool] = []

    def last_turn() -> bool:
        turns.append(True)
        worker.stop()
        return False

    monkeypatch.setattr(worker, "work_once", last_turn)
    worker.run()

    [beat] = db.session.scalars(select(WorkerBeat))
    assert beat.at >= before
    assert turns == [True]


def test_the_sign_of_life_is_one_row_that_moves(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "BEAT_SECONDS", 0)
    turns: list[datetime] = []

    def turn() -> bool:
        turns.append(db.session.scalars(select(WorkerBeat.at)).one())
        if len(turns) == 2:
            worker.stop()
        return True

    monkeypatch.setattr(worker, "work_once", turn)
    worker.run()
    assert turns[1] > turns[0]


def test_the_trail_is_linked_once(app: Flask) -> None:
    due_things()
    linker = make_linker()

    assert linker.link(clock.now()) is True
    assert linker.link(clock.now()) is False
    assert (chain.verify().linked_count, chain.verify().broken_at) == (1, None)

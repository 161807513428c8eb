"""Clocks that must ring: once, unless somebody acts first."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.delivery.models import DueTimer
from app.delivery.timers import LEASE, cancel_timers, fire_next, set_timer
from app.foundation import clock
from app.foundation.db import db


class Bell:
    """A handler that remembers what it was told, and may fail."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, datetime]] = []
        self.fails = False

    def __call__(self, subject_id: str, now: datetime) -> None:
        self.rung.append((subject_id, now))
        if self.fails:
            set_timer("never kept", subject_id, now)
            raise LookupError(subject_id)


@pytest.fixture
def bell(app: Flask) -> Bell:
    return Bell()


def start(due_at: datetime, subject_id: str = "call-1", kind: str = "lapse") -> None:
    set_timer(kind, subject_id, due_at)
    db.session.commit()


def timers() -> list[DueTimer]:
    db.session.expire_all()
    return list(db.session.scalars(select(DueTimer)))


def test_a_timer_rings_when_due_and_once(bell: Bell) -> None:
    now = clock.now()
    start(now)

    assert fire_next({"lapse": bell}, now - timedelta(seconds=1)) is False
    assert fire_next({"lapse": bell}, now) is True
    assert fire_next({"lapse": bell}, now + LEASE * 9) is False
    assert bell.rung == [("call-1", now)]


def test_the_oldest_rings_first(bell: Bell) -> None:
    now = clock.now()
    start(now, "second")
    start(now - timedelta(seconds=5), "first")
    while fire_next({"lapse": bell}, now):
        pass

    assert [subject for subject, _ in bell.rung] == ["first", "second"]


def test_a_timer_of_a_change_that_failed_does_not_ring(bell: Bell) -> None:
    set_timer("lapse", "call-1", clock.now())
    db.session.flush()
    db.session.rollback()

    assert fire_next({"lapse": bell}, clock.now()) is False


def test_when_the_act_fails_nothing_is_kept_and_it_rings_again(bell: Bell) -> None:
    now = clock.now()
    start(now)
    bell.fails = True
    with pytest.raises(LookupError):
        fire_next({"lapse": bell}, now)
    db.session.rollback()

    [timer] = timers()
    assert (timer.done_at, timer.attempt_count) == (None, 1)
    assert fire_next({"lapse": bell}, now + LEASE - timedelta(seconds=1)) is False
    bell.fails = False
    assert fire_next({"lapse": bell}, now + LEASE) is True
    assert len(bell.rung) == 2
    assert timers()[0].done_at == now + LEASE


def test_a_cancelled_timer_never_rings(bell: Bell) -> None:
    now = clock.now()
    start(now)
    start(now, kind="confirm")
    start(now, "call-2")
    cancel_timers("call-1", "lapse")
    db.session.commit()
    while fire_next({"lapse": bell, "confirm": bell}, now):
        pass

    assert sorted(subject for subject, _ in bell.rung) == ["call-1", "call-2"]
    assert [timer.kind for timer in timers() if timer.cancelled_at] == ["lapse"]


def test_while_one_worker_rings_it_no_other_does(bell: Bell) -> None:
    now = clock.now()
    start(now)

    def ring_within(subject_id: str, at: datetime) -> None:
        bell(subject_id, at)
        db.session.commit()
        assert fire_next({"lapse": bell}, now) is False

    assert fire_next({"lapse": ring_within}, now) is True
    assert len(bell.rung) == 1

"""Writers who come together are kept together; whoever fails, fails alone; nobody is told too early."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Condition, Event, Lock, current_thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from app.delivery.models import DueTimer
from app.delivery.timers import timer_values
from app.foundation import clock, group_commit
from app.foundation.db import db, reading
from app.foundation.group_commit import Group, group_of
from app.vault.models import DataKey, KeyPurpose
from app.vault.sealing import NewKey
from tests.support.databases import refusing_to_write

PEOPLE = 8


def row(number):
    return DueTimer, timer_values("test", f"subject-{number}", clock.now())


def kept():
    db.session.rollback()
    with reading():
        return set(db.session.scalars(select(DueTimer.subject_id)))


def write_together(app, batches):
    """Each writer on a thread of its own, all on their way before the first writes; what each came to."""
    together = Barrier(len(batches))
    with app.app_context():
        group = group_of(db.engine)

    def write(rows):
        with app.app_context(), group.coming() as seat:
            together.wait()
            try:
                seat.write(rows)
            except (DBAPIError, OverflowError) as error:
                return type(error)
            return None

    with ThreadPoolExecutor(len(batches)) as pool:
        return list(pool.map(write, batches))


@pytest.fixture
def transactions(app, monkeypatch):
    """How many statements' worth of writers each transaction held."""
    sizes = []
    run = group_commit.run_durably

    def note(connection, statements):
        run(connection, statements)
        sizes.append(len(statements))

    monkeypatch.setattr(group_commit, "run_durably", note)
    return sizes


def test_all_are_kept_in_fewer_transactions_than_writers(app, transactions):
    assert write_together(app, [[row(number)] for number in range(PEOPLE)]) == [None] * PEOPLE

    assert kept() == {f"subject-{number}" for number in range(PEOPLE)}
    assert len(transactions) < PEOPLE


def test_whoever_fails_fails_alone(app):
    taken = row("taken")
    assert write_together(app, [[taken]]) == [None]
    batches = [[row(number)] for number in range(PEOPLE - 1)]

    came_to = write_together(app, [*batches, [row("never"), taken]])

    assert came_to == [None] * (PEOPLE - 1) + [IntegrityError]
    assert kept() == {"subject-taken", *(f"subject-{number}" for number in range(PEOPLE - 1))}


def test_of_two_with_one_key_exactly_one_is_kept(app):
    same = row("same")

    assert sorted(map(str, write_together(app, [[same], [same]]))) == sorted(map(str, [None, IntegrityError]))


def test_rows_of_several_tables_go_in_after_those_they_refer_to(app):
    key = NewKey(KeyPurpose.REFERRAL)
    with group_of(db.engine).coming() as seat:
        seat.write([row(1), (DataKey, key.values)])

    assert db.session.get(DataKey, key.id).purpose is KeyPurpose.REFERRAL
    assert kept() == {"subject-1"}


def test_nobody_waits_for_one_who_stays_away(app):
    """Somebody is on the way and never comes: the others are written all the same."""
    group = group_of(db.engine)
    with group.coming():
        with group.coming() as seat:
            seat.write([row(1)])

        assert kept() == {"subject-1"}
    assert group._coming == 0


def test_who_is_made_leader_before_they_wait_leads_once(app, monkeypatch):
    """The turn comes to a writer who has joined those who wait, and does not wait yet."""
    group, joined, go_on, leader_writes = Group(db.engine), Event(), Event(), Event()
    run = group_commit.run_durably

    class Door(Condition):
        def __exit__(self, *error):
            super().__exit__(*error)
            if current_thread().name.startswith("late") and len(group._waiting) == 1 and not go_on.is_set():
                joined.set()
                go_on.wait(10)

    def run_when_somebody_waits(connection, statements):
        leader_writes.set()
        joined.wait(10)
        run(connection, statements)

    def write(number):
        with app.app_context(), group.coming() as seat:
            seat.write([row(number)])

    monkeypatch.setattr(group, "_door", Door(Lock()))
    monkeypatch.setattr(group_commit, "run_durably", run_when_somebody_waits)
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1, "late") as second:
        leader = first.submit(write, 1)
        assert leader_writes.wait(10)
        late = second.submit(write, 2)
        leader.result(10)
        go_on.set()
        late.result(10)
    write(3)

    assert kept() == {"subject-1", "subject-2", "subject-3"}


def test_a_fault_of_one_that_is_no_database_error_is_theirs_alone(app):
    """A value that no column takes breaks one writer, not those who write with them."""
    odd = DueTimer, row("odd")[1] | {"due_at": "soon"}
    together = Barrier(2)
    group = group_of(db.engine)

    def write(rows):
        with app.app_context(), group.coming() as seat:
            together.wait()
            seat.write([rows])

    with ThreadPoolExecutor(2) as pool:
        good, bad = pool.submit(write, row("good")), pool.submit(write, odd)
        good.result(10)
        with pytest.raises(AttributeError):
            bad.result(10)
    assert kept() == {"subject-good"}


def test_nobody_is_told_before_it_is_durable(app, monkeypatch):
    """The leader stands in the commit: those who wait with them have no answer yet."""
    in_commit, go_on = Event(), Event()
    run = group_commit.run_durably

    def slow(connection, statements):
        in_commit.set()
        go_on.wait(10)
        run(connection, statements)

    monkeypatch.setattr(group_commit, "run_durably", slow)
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(write_together, app, [[row(1)], [row(2)]])
        assert in_commit.wait(10)
        assert not told.done()
        assert kept() == set()
        go_on.set()
        assert told.result(10) == [None, None]
    assert kept() == {"subject-1", "subject-2"}


def test_a_connection_that_cannot_be_had_fails_all_and_the_next_is_served(app, monkeypatch):
    """What breaks before anybody was written reaches everybody; the group goes on."""

    class NoConnection(Exception):
        pass

    @contextmanager
    def refuse(connection):
        raise NoConnection
        yield

    group = Group(db.engine)
    with monkeypatch.context() as broken:
        broken.setattr(group_commit.WritingConnection, "turn", refuse)
        with group.coming() as seat, pytest.raises(NoConnection):
            seat.write([row(1)])
    with group.coming() as seat:
        seat.write([row(2)])

    assert kept() == {"subject-2"}


def test_a_value_that_no_column_takes_harms_nobody_else(app):
    """SQLite's driver has no error of its own for it; whoever came along is kept all the same."""
    model, values = row(2)
    came_to = write_together(app, [[row(1)], [(model, values | {"attempt_count": 2**70})], [row(3)]])

    assert [error is None for error in came_to] == [True, False, True]
    assert kept() == {"subject-1", "subject-3"}


def test_a_connection_that_was_cut_is_replaced(app):
    """Who meets the cut is told that nothing is kept; the next is served by a new connection."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("nobody can cut a connection to a file")
    assert write_together(app, [[row(1)]]) == [None]
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    db.session.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))  # noqa: S608

    assert write_together(app, [[row(2)]]) == [OperationalError]
    assert write_together(app, [[row(3)]]) == [None]
    db.session.rollback()
    db.engine.dispose()  # those of other tests were cut too
    assert kept() == {"subject-1", "subject-3"}


@pytest.mark.one_database
def test_a_store_that_refuses_keeps_nothing_and_everybody_is_told(app):
    with refusing_to_write():
        came_to = write_together(app, [[row(1)], [row(2)]])

    assert came_to == [OperationalError, OperationalError]
    assert kept() == set()
    assert write_together(app, [[row(1)], [row(2)]]) == [None, None]

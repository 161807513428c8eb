"""Every connection keeps what it says it has kept, on both databases: asked of the connection itself."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from app.foundation.db import db, only_reads
from app.foundation.driver import WritingConnection
from app.foundation.group_commit import Group

PROMISES: dict[str, dict[str, Any]] = {
    "sqlite": {
        "PRAGMA journal_mode": "wal",
        "PRAGMA synchronous": 2,  # FULL: what was acknowledged outlives a power cut
        "PRAGMA foreign_keys": 1,
        "PRAGMA secure_delete": 1,
    },
    "postgresql": {"SHOW synchronous_commit": "on"},
}


@pytest.fixture
def promises(app: Flask) -> Iterator[dict[str, Any]]:
    """What is asked, and what must be answered; here nothing is kept by a lucky default.

    Some builds of SQLite delete securely by themselves, so each connection begins with all of it
    off. The tests' PostgreSQL forgets, to be fast; for this database it does as in production.
    """
    kind = db.engine.dialect.name
    if kind == "sqlite":
        event.listen(db.engine, "connect", begin_careless, insert=True)
    else:
        set_for_this_database("SET synchronous_commit TO on")
    open_anew()
    yield PROMISES[kind]
    if kind == "sqlite":
        event.remove(db.engine, "connect", begin_careless)
    else:
        set_for_this_database("RESET synchronous_commit")
    open_anew()


def begin_careless(connection: Any, _record: object) -> None:
    for name in ("synchronous", "foreign_keys", "secure_delete"):
        connection.execute(f"PRAGMA {name}=OFF")


def set_for_this_database(how: str) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'ALTER DATABASE "{db.engine.url.database}" {how}'))


def open_anew() -> None:
    db.session.remove()
    db.engine.dispose()


@pytest.mark.parametrize("reads", [True, False])
def test_a_connection_of_the_pool_keeps_its_promises(promises: dict[str, Any], *, reads: bool) -> None:
    token = only_reads.set(reads)
    try:
        answers = {asked: db.session.execute(text(asked)).scalar() for asked in promises}
        db.session.rollback()
    finally:
        only_reads.reset(token)

    assert answers == promises


def test_the_connection_that_writes_for_many_keeps_them_too(promises: dict[str, Any]) -> None:
    own = Group(db.engine)._connection
    with own.turn() as connection:
        answers = {asked: connection.execute(asked).fetchone()[0] for asked in promises}
    own.close()

    assert isinstance(own, WritingConnection)
    assert answers == promises

"""Which statements have written and are not committed yet: a request must leave none."""

import sqlite3
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

_open_writes: dict[tuple[int, int], str] = {}
# Rows written on the driver's own cursor make no event; SQLite counts them, and the code is the same on both.
_begun: dict[tuple[int, int], tuple[sqlite3.Connection, int]] = {}
WRITING = ("INSERT", "UPDATE", "DELETE", "WITH")


def watch(engine: Engine) -> None:
    """Remember each write of this engine until its transaction ends."""

    def note(connection: Connection, cursor: Any, statement: str, *_rest: Any) -> None:
        start = statement.lstrip()[:6].upper()
        reads = start.startswith("WITH") and not any(w in statement.upper() for w in WRITING[:3])
        if start.startswith(WRITING) and not reads:
            _open_writes[_key(connection)] = statement

    def begin(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            _begun[_key(connection)] = driver, driver.total_changes

    def end(connection: Connection) -> None:
        _open_writes.pop(_key(connection), None)
        _begun.pop(_key(connection), None)

    event.listen(engine, "begin", begin)
    event.listen(engine, "after_cursor_execute", note)
    event.listen(engine, "commit", end)
    event.listen(engine, "rollback", end)


def _key(connection: Connection) -> tuple[int, int]:
    return id(connection.engine), id(connection.connection.dbapi_connection)


def uncommitted(engine: Engine) -> list[str]:
    """The last writing statement of every transaction that is still open."""
    told = [statement for (owner, _), statement in list(_open_writes.items()) if owner == id(engine)]
    counted = [
        f"{driver.total_changes - before} rows"
        for (owner, _), (driver, before) in list(_begun.items())
        if owner == id(engine) and driver.total_changes > before
    ]
    return told or counted


def forget(engine: Engine) -> None:
    """Begin anew: the test is over."""
    for kept in (_open_writes, _begun):
        for key in [key for key in kept if key[0] == id(engine)]:
            del kept[key]

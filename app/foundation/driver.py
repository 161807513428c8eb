"""The database driver itself, under SQLAlchemy's engine, for rows that must go in fast.

A session and its transaction cost the hook more than its own statements do. Errors are
SQLAlchemy's all the same, so that nobody above needs to know.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, Dialect, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.foundation.db import as_json, open_queue

PATIENCE_SECONDS = 5
"""Longer than this PostgreSQL is not waited for: dispatch has an answer before it gives up on us."""

Statement = tuple[str, Sequence[Any]]
"""A text with the driver's own marks (`?` for SQLite, `$1` for PostgreSQL), and its values in order."""


def run_in(connection: Connection, statements: Sequence[Statement]) -> None:
    """Run the statements in the transaction that is open on a connection of SQLAlchemy's."""
    try:
        _run(connection.connection.driver_connection, statements)
    except driver_error(connection.dialect) as error:
        raise translated(error, connection.dialect) from error


def run_durably(connection: Any, statements: Sequence[Statement]) -> None:
    """Run the statements in a transaction of their own: all durable on return, or none kept."""
    if not isinstance(connection, psycopg.Connection):
        _run_on_sqlite(connection, statements)
    elif len(statements) == 1:
        _run(connection, statements)  # needs no round trips to begin and to commit
    else:
        with connection.transaction():
            _run(connection, statements)


def _run(connection: Any, statements: Sequence[Statement]) -> None:
    """PostgreSQL's driver gets each text as it is: reading it for marks costs a tenth of a call."""
    is_raw = isinstance(connection, psycopg.Connection)
    cursor = psycopg.RawCursor(connection) if is_raw else connection.cursor()
    for statement in statements:
        cursor.execute(*statement)


def _run_on_sqlite(connection: Any, statements: Sequence[Statement]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        _run(connection, statements)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


class WritingConnection:
    """The one connection of a process for what is written in groups: kept open, used by one thread at a time.

    Kept apart from the pool: taking a connection out and putting it back, and what SQLite
    forgets in between, cost a twelfth of a call. After any trouble it is closed, and the
    next turn has a new one.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pooled: PoolProxiedConnection | None = None
        self._queue: int | None = None
        event.listen(engine, "engine_disposed", lambda _: self.close())

    @contextmanager
    def turn(self) -> Iterator[Any]:
        """The driver's connection, when it may write, with no transaction open on it."""
        try:
            if self._pooled is None:
                self._queue = open_queue(self._engine)
                self._pooled = _own_connection(self._engine)
            connection: Any = self._pooled.driver_connection
            with _turn_in(self._queue):
                yield connection
            if isinstance(connection, psycopg.Connection) and connection.closed:
                self.close()  # cut while somebody wrote alone, who has been told
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the database; the next turn opens it again."""
        pooled, queue, self._pooled, self._queue = self._pooled, self._queue, None, None
        if pooled is not None:
            pooled.invalidate()
        if queue is not None:
            os.close(queue)


@contextmanager
def _turn_in(queue: int | None) -> Iterator[None]:
    if queue is None:
        yield
        return
    fcntl.flock(queue, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(queue, fcntl.LOCK_UN)


def _own_connection(engine: Engine) -> PoolProxiedConnection:
    """On PostgreSQL without a transaction to begin, to end or to clear away around each statement."""
    if engine.dialect.name == "sqlite":
        return engine.raw_connection()
    own = create_engine(
        engine.url,
        isolation_level="AUTOCOMMIT",
        poolclass=NullPool,
        connect_args={"connect_timeout": PATIENCE_SECONDS, "tcp_user_timeout": 1000 * PATIENCE_SECONDS},
        json_serializer=as_json,
        hide_parameters=True,
    )
    event.listen(own, "connect", _limit)
    return own.raw_connection()


def _limit(connection: psycopg.Connection, _: object) -> None:
    connection.execute(f"SET statement_timeout = '{PATIENCE_SECONDS}s'")


def translated(error: BaseException, dialect: Dialect) -> BaseException:
    """An error of the driver as SQLAlchemy's, each time a new one; any other as it is."""
    base = driver_error(dialect)
    if not isinstance(error, base):
        return error
    found: BaseException = DBAPIError.instance("", None, error, base, hide_parameters=True, dialect=dialect)
    found.__cause__ = error
    return found


def driver_error(dialect: Dialect) -> Any:
    """The base of all errors of this database's driver."""
    return dialect.loaded_dbapi.Error


def driver_trouble(dialect: Dialect) -> Any:
    """What this database's driver raises when the store itself is in trouble."""
    return dialect.loaded_dbapi.OperationalError

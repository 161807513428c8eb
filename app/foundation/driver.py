"""The database driver itself, under SQLAlchemy's engine, for rows that must go in fast.

A session and its transaction cost the hook more than its own statements do. Errors are
SQLAlchemy's all the same, so that nobody above needs to know.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from app.foundation.db import sqlite_turn

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


def writing_connection(engine: Engine) -> AbstractContextManager[Any]:
    """The driver's connection, when it may write, with no transaction open on it."""
    return sqlite_turn(engine) if engine.dialect.name == "sqlite" else _autocommitting_connection(engine)


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


@contextmanager
def _autocommitting_connection(engine: Engine) -> Iterator[Any]:
    pooled = _autocommitting(engine).raw_connection()
    connection: Any = pooled.driver_connection
    try:
        yield connection
    finally:
        if connection.closed:
            pooled.invalidate()
        pooled.close()


@cache
def _autocommitting(engine: Engine) -> Engine:
    """The same PostgreSQL, without a transaction to begin, to end or to clear away around each statement."""
    own = create_engine(
        engine.url,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        pool_size=1,  # one leads at a time, see group_commit.py
        connect_args={"connect_timeout": PATIENCE_SECONDS, "tcp_user_timeout": 1000 * PATIENCE_SECONDS},
        hide_parameters=True,
    )
    event.listen(own, "connect", _limit)
    event.listen(engine, "engine_disposed", lambda _: own.dispose())
    return own


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

"""The tables emptied after each test, in a few milliseconds: it is done ten thousand times.

Rows go from every table that has any, without asking keys or triggers, whoever wrote them. The
triggers of the trail are made anew where a test has taken them away.
"""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.audit import guarding
from app.foundation.db import db
from app.foundation.owner import owner_engine

_open: dict[Engine, Connection] = {}
_triggers: dict[str, str] = {}
_WHICH_TRIGGERS = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"  # noqa: S608 - our own tables
    f" AND tbl_name IN ('{guarding.ENTRIES}', '{guarding.CHECKPOINTS}')"
)
# PostgreSQL plans what stands here once for a connection; the planning is what takes long.
_FUNCTION = """
CREATE FUNCTION pg_temp.empty_tables() RETURNS void LANGUAGE plpgsql
SET session_replication_role = replica AS $$
DECLARE filled text[] := ARRAY({filled});
BEGIN {deletes} END $$
"""


def empty_tables() -> None:
    """Delete every row of the app's database."""
    engine = owner_engine()
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            _empty_sqlite(connection)
        return
    try:
        _empty_postgresql(_connection_to(engine))
    except DBAPIError as error:  # a test may cut every connection, this one too
        if not error.connection_invalidated:
            raise
        close(engine)
        _empty_postgresql(_connection_to(engine))


def close(engine: Engine) -> None:
    """Give back what was kept open for this database."""
    if connection := _open.pop(engine, None):
        connection.close()


def _empty_postgresql(connection: Connection) -> None:
    connection.execute(text("SELECT pg_temp.empty_tables()"))
    if not guarding.is_protected(connection):
        guarding.protect(connection)


def _connection_to(engine: Engine) -> Connection:
    """A connection of our own: the tests' own ones forget the plan among all they run."""
    if engine not in _open:
        own = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        _open[engine] = connection = own.connect()
        if_filled = "IF '{0}' = ANY(filled) THEN DELETE FROM {0}; END IF;"
        deletes = " ".join(if_filled.format(name) for name in _names())
        connection.exec_driver_sql(_FUNCTION.format(filled=_which_have_rows(), deletes=deletes))
    return _open[engine]


def _empty_sqlite(connection: Connection) -> None:
    """On the driver itself, which keeps the statements it has read."""
    run: Any = connection.connection.driver_connection
    run.execute("PRAGMA defer_foreign_keys = ON")
    filled = {name for (name,) in run.execute(_which_have_rows())}
    standing = dict(run.execute(_WHICH_TRIGGERS).fetchall())
    are_in_the_way = bool(filled & {guarding.ENTRIES, guarding.CHECKPOINTS})
    if are_in_the_way or not _triggers or standing != _triggers:
        for name in standing:
            run.execute(f"DROP TRIGGER {name}")
        standing = {}
    for name in _names():
        if name in filled:
            run.execute(f"DELETE FROM {name}")  # noqa: S608 - our own tables
    if not standing:
        _protect_sqlite(connection, run)


def _protect_sqlite(connection: Connection, run: Any) -> None:
    """Make the triggers of the trail: as the app does, and from then on by the words that it left."""
    if _triggers:
        for statement in _triggers.values():
            run.execute(statement)
        return
    guarding.protect(connection)
    _triggers.update(run.execute(_WHICH_TRIGGERS).fetchall())


@cache
def _names() -> tuple[str, ...]:
    """The tables, those that point at others first."""
    return tuple(table.name for table in reversed(db.metadata.sorted_tables))


@cache
def _which_have_rows() -> str:
    one_by_one = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in _names())  # noqa: S608
    return " UNION ALL ".join(one_by_one)

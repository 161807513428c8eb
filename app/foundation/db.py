"""The database: column types, how a transaction begins, and the one commit of a request.

SQLite in `instance/` serves a pilot, PostgreSQL a city; the same code and the same
suite run on both. Functions that write flush and never commit: a request commits once,
at its edge, in `transactional`; the worker and the commands commit per item. One path does
not: a new call is written in a transaction that several calls share (group_commit.py).
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

import orjson
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Engine, Enum, MetaData, String, TypeDecorator, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry

from app.foundation.ids import ID_LENGTH, new_id

P = ParamSpec("P")
R = TypeVar("R")


class _MomentAsText(sqlite.DATETIME):
    """SQLAlchemy's own text for SQLite, written by the datetime itself: five times as fast."""

    def bind_processor(self, dialect: Dialect) -> Any:
        return lambda value: (
            value and value.isoformat(" ", "microseconds")[: len("2026-01-01 00:00:00.000000")]
        )


_AS_TEXT = _MomentAsText()  # type: ignore[no-untyped-call]


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC. A naive one is a bug and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(_AS_TEXT if dialect.name == "sqlite" else self.impl_instance)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of all tables; constraints have names, so that migrations can change them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_N_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: UtcDateTime(),
            StrEnum: Enum(
                StrEnum,
                values_callable=lambda members: [member.value for member in members],
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            dict[str, Any]: JSON(),
            list[Any]: JSON(),
        },
    )


Id = Annotated[str, mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)]


def as_json(value: Any) -> str:
    """How a JSON column is written."""
    return orjson.dumps(value).decode()


# A connection for every thread of a process: past the pool each request would open and
# close its own, which costs a call to PostgreSQL twice its time. The one used last is taken
# first: it has its statements planned.
POOL_SIZE = 16

# A call touches some forty pages. With SQLite's own thousand every 25 calls would wait for the
# log to be written back; 32 MB of log are read again in well under a second after a crash.
PAGES_IN_LOG = 8_000

db = SQLAlchemy(
    model_class=Base,
    engine_options={
        "hide_parameters": True,
        "pool_size": POOL_SIZE,
        "pool_use_lifo": True,
        "json_serializer": as_json,
    },
)

if TYPE_CHECKING:
    Model = Base  # a type checker cannot see the class that Flask-SQLAlchemy makes
else:
    Model = db.Model

# A page that only reads needs no write lock. The doors set this for requests that
# cannot write; everything else takes the lock at once, because a transaction that
# reads first and writes later fails on SQLite when another has written in between.
only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)
_looks: ContextVar[list[Base] | None] = ContextVar("looks", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """A short look before the writing begins: on SQLite without the write lock, and then let go.

    The hook checks a signature and reads a body first; nobody else should queue for that long.
    """
    token = only_reads.set(True)
    try:
        yield
    finally:
        let_go()
        only_reads.reset(token)


@contextmanager
def looking_first() -> Iterator[None]:
    """The same where this request has read already: what it began is let go of before and after.

    For what is slow, such as hashing a password, and has to be looked up first. Nothing may have been
    written before, since it would be undone.
    """
    let_go()
    with reading():
        yield


def let_go() -> None:
    """Undo and end what this request's session has open, if it has needed one at all."""
    if db.session.registry.has():
        db.session.rollback()


def transactional(view: Callable[P, R]) -> Callable[P, R]:
    """Commit what the view did when it returns; undo all of it when it raises."""

    @wraps(view)
    def in_one_transaction(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            answer = view(*args, **kwargs)
            if db.session.registry.has():  # the hook often needs no session at all
                db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        return answer

    in_one_transaction.is_transactional = True  # type: ignore[attr-defined]  # read by the doors
    return in_one_transaction


def only_posts_write(view: Callable[P, R]) -> Callable[P, R]:
    """Drawing this page by GET writes nothing: on SQLite it is drawn without the write lock."""
    view.only_posts_write = True  # type: ignore[attr-defined]  # read by the doors
    return view


def looking(view: Callable[P, R]) -> Callable[P, R]:
    """Show something and keep that it was seen: what is kept is durable before the answer leaves.

    On SQLite one writes at a time. A page that took its turn before it was drawn would make
    a call wait for the drawing; so the page is drawn first, and its rows (`keep_look`) are written
    afterwards. Are they not kept, the page is not shown.
    """

    @wraps(view)
    def then_kept(*args: P.args, **kwargs: P.kwargs) -> R:
        looks, reads = _looks.set([]), only_reads.set(True)
        try:
            answer = view(*args, **kwargs)
            if rows := _looks.get():
                let_go()
                only_reads.set(False)  # from here on this request writes
                db.session.add_all(rows)
                db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            _looks.reset(looks)
            only_reads.reset(reads)
        return answer

    return then_kept


def keep_look(row: Base) -> None:
    """Add a row that says what somebody did or saw: now, or where a page is `looking`, at its end."""
    looks = _looks.get()
    if looks is None:
        db.session.add(row)
    else:
        looks.append(row)


def prepare_engine(engine: Engine) -> None:
    """Make an engine keep its promises: on SQLite durable, queued and checked."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite_connection)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkin", _leave_the_queue)


def _prepare_sqlite_connection(connection: Any, record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, in _begin_sqlite
    for pragma in (
        "busy_timeout=15000",
        "journal_mode=WAL",
        "synchronous=FULL",  # NORMAL may lose an acknowledged call on power loss
        "foreign_keys=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
        f"wal_autocheckpoint={PAGES_IN_LOG}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if only_reads.get():
        connection.exec_driver_sql("BEGIN")
        return
    _join_the_queue(connection.engine, connection.info)
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _join_the_queue(engine: Engine, info: dict[Any, Any]) -> None:
    """Wait for our turn to write, see `open_queue`."""
    if "writer_lock" not in info and (lock := open_queue(engine)) is not None:
        info["writer_lock"] = lock  # closed, and so given up, when the connection goes back
        fcntl.flock(lock, fcntl.LOCK_EX)


def open_queue(engine: Engine) -> int | None:
    """The file whose lock says whose turn it is to write to SQLite; None where only one can write.

    SQLite's own busy handler sleeps and guesses; under load its slowest writers wait
    twenty times longer than with a lock that the kernel hands on.
    """
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return None
    try:
        return os.open(Path(path).with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:  # to a caller the same as a file that cannot be written
        raise OperationalError("", None, error) from error


def _leave_the_queue(connection: Any, record: ConnectionPoolEntry) -> None:
    if (lock := record.info.pop("writer_lock", None)) is not None:
        os.close(lock)

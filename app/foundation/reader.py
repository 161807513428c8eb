"""Who reads: told to PostgreSQL at the beginning of every transaction, so that it shows only their rows.

The policies of the tables (`app/vault/row_policies.py`) ask for what is said here. It holds for one
transaction alone, so a connection that goes back to the pool takes nobody along. Who says nothing
is nobody, and nobody sees a row of a guarded table. SQLite has no such policies and is told nothing.
What is only written, such as a new call, needs no reader and costs no round trip.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import astuple, dataclass
from typing import Any

from flask import has_app_context
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from app.foundation.db import db


@dataclass(frozen=True)
class Reader:
    """A person, a resident with their receipt, or the machine itself. Empty: nobody of that kind."""

    role: str
    account: str = ""
    organization: str = ""
    receipt: str = ""


MACHINE = Reader("machine")
"""What nobody is shown: checking and making signatures, screening, destroying, counting."""
NAMES = ("app.role", "app.account", "app.organization", "app.receipt")
"""The names under which PostgreSQL keeps the fields of a reader, in their order."""

_TELL = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in NAMES)
_NOBODY = Reader("")
_TOLD = "reader"
_NOT_KNOWN = Reader("not known")
_reader: ContextVar[Reader | None] = ContextVar("reader", default=None)


def current_reader() -> Reader | None:
    """Who reads from here on; None is nobody."""
    return _reader.get()


def read_as(reader: Reader | None) -> None:
    """From here on this reader reads, in the transaction that is open as in those after it."""
    _reader.set(reader)
    _tell_open_transaction()


def leave_to(reader: Reader | None) -> None:
    """At the end of a request: from the next transaction on this reader reads, as before the request."""
    _reader.set(reader)


def as_machine() -> AbstractContextManager[None]:
    """What is read inside is read by the machine. For the few places that name what for."""
    return as_reader(MACHINE)


@contextmanager
def as_reader(reader: Reader) -> Iterator[None]:
    """What is read inside is read by this reader, and by the one before again after it."""
    before = _reader.get()
    read_as(reader)
    try:
        yield
    finally:
        _reader.set(before)
        # A transaction that has failed shows nothing any more, and the next is told anew.
        with suppress(DBAPIError, InvalidRequestError):
            _tell_open_transaction()


def prepare_engine(engine: Engine) -> None:
    """Have each transaction of this engine begin with who reads."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "begin", _tell)
        event.listen(engine, "rollback_savepoint", _forget_told)


def _tell(connection: Connection) -> None:
    reader = _reader.get()
    connection.info[_TOLD] = reader
    if reader is not None:
        _say(connection, reader)


def _forget_told(connection: Connection, *_: Any) -> None:
    """What was told since the savepoint is undone with the rest."""
    connection.info[_TOLD] = _NOT_KNOWN


def _say(connection: Connection, reader: Reader) -> None:
    """The answer is read to its end: on a connection that streams nothing would have been said before."""
    connection.exec_driver_sql(_TELL, astuple(reader)).all()


def _tell_open_transaction() -> None:
    if not (has_app_context() and db.session.registry.has()):
        return
    session: Any = db.session()
    if session.get_bind().dialect.name != "postgresql" or not session.in_transaction():
        return
    connection, reader = session.connection(), _reader.get()
    if connection.info.get(_TOLD) != reader:
        connection.info[_TOLD] = reader
        _say(connection, reader or _NOBODY)

"""A process that is killed at one point of its work: between statements, after a commit, before the answer.

The work runs in a fork of the test, with the real app and connections of its own. Whatever
it says to the database is a point, in the order in which it is said; so is each point that
the test names itself. At the n-th the process kills itself, as nothing else ends so fast.
Between two statements only the process's own memory changes: "before the next" is "after
the last" as well.
"""

import os
import re
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import event

from app.foundation.db import db

MOST_POINTS = 200
OF_THE_CONNECTION = {
    f"before {what}"
    for what in (
        *("SELECT", "SHOW transaction", "SHOW standard_conforming_strings", "COMPOSED"),
        *("SET statement_timeout", "set_isolation_level_gen", "set_autocommit_gen"),
    )
}
WORDS = re.compile(r"\s*(\w+)(?:\s+(?:INTO|FROM|OR\s+\w+\s+INTO))?\s*([a-z_0-9]*)", re.IGNORECASE)
FROM = re.compile(r"\bFROM\s+([a-z_0-9]+)", re.IGNORECASE)


class Points:
    """Counts points and kills this process at one of them; says its name before."""

    def __init__(self, deadly: int, tell: int) -> None:
        self._deadly, self._tell, self._count = deadly, tell, 0

    def reach(self, name: str) -> None:
        """One more point; how a new connection is set up belongs to no call."""
        if name in OF_THE_CONNECTION:
            return
        self._count += 1
        if self._count == self._deadly:
            os.write(self._tell, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def watch_sqlite(self) -> None:
        """SQLite itself says what it is about to do."""

        def trace(connection: sqlite3.Connection, *_: object) -> None:
            connection.set_trace_callback(lambda statement: self.reach(f"before {label_of(statement)}"))

        event.listen(db.engine, "connect", trace)

    def watch_postgresql(self) -> None:
        """Everything that goes over the wire passes `wait`."""
        execute, wait = psycopg.Cursor.execute, psycopg.Connection.wait
        said: list[str] = []

        def name_it(cursor: Any, query: Any, *rest: Any, **more: Any) -> Any:
            said.append(label_of(str(query)))
            return execute(cursor, query, *rest, **more)

        def reach_it(connection: Any, generator: Any, *rest: Any, **more: Any) -> Any:
            self.reach(f"before {said.pop() if said else generator.__name__.strip('_')}")
            return wait(connection, generator, *rest, **more)

        psycopg.Cursor.execute = name_it  # type: ignore[method-assign]  # in this process only
        psycopg.Connection.wait = reach_it  # type: ignore[method-assign]


def label_of(statement: str) -> str:
    """The kind of a statement and its table."""
    if statement.upper().startswith("WITH"):
        return "insert of everything together"
    kind, table = WORDS.match(statement).groups()  # type: ignore[union-attr]  # every statement has a word
    if kind.upper() == "SELECT":
        table = found[1] if (found := FROM.search(statement)) else ""
    return f"{kind.upper()} {table}".strip()


def crash_everywhere(app: Flask, work: Callable[[Points], object]) -> Iterator[tuple[int, str]]:
    """Do the work again and again, killed at the first, the second, ... point; gives each point's name.

    Ends when the work came through. The caller has to set the scene before each turn, in a
    generator's usual way: between two of ours.
    """
    for number in range(1, MOST_POINTS):
        name = _one(app, work, number)
        if name is None:
            return
        yield number, name
    raise AssertionError(f"The work has more than {MOST_POINTS} points.")


def _one(app: Flask, work: Callable[[Points], object], number: int) -> str | None:
    db.session.rollback()
    db.session.remove()
    db.engine.dispose()  # no connection is shared with the process that dies
    hear, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(hear)
        _be_killed(app, work, number, tell)
    os.close(tell)
    with os.fdopen(hear, "rb") as told:
        name = told.read().decode()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return name
    assert os.waitstatus_to_exitcode(status) == 0, f"the work failed by itself: {name}"
    return None


def _be_killed(app: Flask, work: Callable[[Points], object], number: int, tell: int) -> None:
    """In the fork: never returns."""
    try:
        points = Points(number, tell)
        points.watch_sqlite() if db.engine.dialect.name == "sqlite" else points.watch_postgresql()
        work(points)
        points.reach("before the answer leaves")
    except BaseException as problem:  # noqa: BLE001 - told to the test, which fails
        with suppress(OSError):
            os.write(tell, repr(problem).encode())
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)

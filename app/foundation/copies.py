"""What a process keeps in memory of the database, and for how long.

The hook asks where a call lies and who covers it fifty times a second. The answer may be
a few seconds old; it may not cost a query each time. Whoever changes the rows in this
process calls `forget`; other processes see the change when their copy has aged.
"""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Any, Generic, TypeVar

from sqlalchemy import Engine

from app.foundation.db import db

T = TypeVar("T")

_copies: "list[Copy[Any]]" = []


class Copy(Generic[T]):
    """One thing read from the database and kept, about `seconds` long.

    `load` is given the copy before (None the first time), so that it may look whether
    anything has changed before it builds everything again.

    Nobody ever waits here: while one thread reads, the others use the copy they have, or
    read for themselves. Waiting would lock up on SQLite, where the one who reads may be
    queueing behind the transaction of the one who waits.
    """

    def __init__(self, load: Callable[[T | None], T], *, seconds: float) -> None:
        self._load = load
        self._seconds = seconds
        self._reading = Lock()
        self._kept: dict[Engine, tuple[float, T]] = {}
        _copies.append(self)

    def get(self) -> T:
        """The copy, read again first when it is too old."""
        database, asked_at = db.engine, monotonic()
        kept = self._kept.get(database)
        if kept and asked_at - kept[0] < self._seconds:
            return kept[1]
        is_mine = self._reading.acquire(blocking=False)
        try:
            if kept and not is_mine:
                return kept[1]
            value = self._load(kept[1] if kept else None)
            self._kept[database] = (asked_at, value)
            return value
        finally:
            if is_mine:
                self._reading.release()

    def forget(self) -> None:
        """Read again at the next question: something has changed."""
        self._kept.clear()


def forget_all() -> None:
    """Forget every copy: the database below is another one, or was emptied."""
    for copy in _copies:
        copy.forget()

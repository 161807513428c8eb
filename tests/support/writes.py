"""Which statements have written and are not committed yet: a request must leave none."""

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

_open_writes: dict[tuple[int, int], str] = {}
WRITING = ("INSERT", "UPDATE", "DELETE", "WITH")


def watch(engine: Engine) -> None:
    """Remember each write of this engine until its transaction ends."""

    def note(connection: Connection, cursor: Any, statement: str, *_rest: Any) -> None:
        start = statement.lstrip()[:6].upper()
        reads = start.startswith("WITH") and not any(w in statement.upper() for w in WRITING[:3])
        if start.startswith(WRITING) and not reads:
            _open_writes[_key(connection)] = statement

    def end(connection: Connection) -> None:
        _open_writes.pop(_key(connection), None)

    event.listen(engine, "after_cursor_execute", note)
    event.listen(engine, "commit", end)
    event.listen(engine, "rollback", end)


def _key(connection: Connection) -> tuple[int, int]:
    return id(connection.engine), id(connection.connection.dbapi_connection)


def uncommitted(engine: Engine) -> list[str]:
    """The last writing statement of every transaction that is still open."""
    return [statement for (owner, _), statement in list(_open_writes.items()) if owner == id(engine)]


def forget(engine: Engine) -> None:
    """Begin anew: the test is over."""
    for key in [key for key in _open_writes if key[0] == id(engine)]:
        del _open_writes[key]

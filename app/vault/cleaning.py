"""After keys were destroyed: taking their bytes out of the database's own files.

SQLite overwrites what is deleted (`secure_delete`), but the page as it was lies in the log until
the log is emptied. PostgreSQL keeps the old row until a vacuum, and its bytes after it until the
page is written anew; so the table of keys is written anew. Rows that a transaction begun before
the destruction might still read are carried over; that is asked of the server, and the cleaning
then counts as put off. What the log of PostgreSQL (WAL) and its copies hold is not reached from
here: keep them no longer than the keys of backups.
"""

import re
import sqlite3
from contextlib import closing
from typing import cast

import psycopg
import structlog
from psycopg.errors import Diagnostic
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from app.foundation import clock
from app.foundation.db import db
from app.foundation.office import LOS_ANGELES
from app.foundation.owner import owner_engine

log = structlog.get_logger()

SMALL_BYTES = 16 * 1024 * 1024
"""Up to this size (some 100,000 keys) the table is written anew at once: a call waits 0.25 s."""
QUIET_HOURS = range(3, 5)
"""A larger one is written anew in these hours of the night, on a Los Angeles clock."""
_asked: set[str] = set()


def ask() -> None:
    """Have the worker clean up once its transaction is committed."""
    _asked.add(str(db.engine.url))


def clean_if_asked() -> bool:
    """Clean up after a sweep of this worker; when others are in the way, the next sweep asks again."""
    if str(db.engine.url) not in _asked:
        return False
    _asked.discard(str(db.engine.url))
    clean()
    return True


def clean() -> bool:
    """Take the bytes of destroyed keys out of the files; says whether all of it could be done now."""
    db.session.rollback()  # a transaction of ours must not be what is in the way
    done = _empty_log() if db.engine.dialect.name == "sqlite" else _write_anew()
    if not done:
        log.warning("vault_cleaning_put_off")
    return done


def _empty_log() -> bool:
    """Write the log back into the file and cut it to nothing, without making a call wait for a reader."""
    with closing(db.engine.raw_connection()) as pooled:
        connection = cast(sqlite3.Connection, pooled.driver_connection)
        [waits] = connection.execute("PRAGMA busy_timeout").fetchone()
        connection.execute("PRAGMA busy_timeout=200")
        try:
            is_busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.execute(f"PRAGMA busy_timeout={waits}")
    return not is_busy


def _write_anew() -> bool:
    """Write the table of keys anew; a large one is only vacuumed by day."""
    with owner_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        size = connection.scalar(text("SELECT pg_relation_size('data_keys')")) or 0
        if size > SMALL_BYTES and clock.now().astimezone(LOS_ANGELES).hour not in QUIET_HOURS:
            connection.execute(text("VACUUM data_keys"))
            return False
        return _vacuum_full(connection)


def _vacuum_full(connection: Connection) -> bool:
    """A call may wait for us as long as we write, and no longer than a second for us to begin."""
    said: list[str] = []
    driver = cast(psycopg.Connection, connection.connection.driver_connection)

    def hear(diagnostic: Diagnostic) -> None:
        said.append(diagnostic.message_detail or "")

    connection.execute(text("SET lock_timeout = '1s'"))
    driver.add_notice_handler(hear)
    try:
        connection.execute(text("VACUUM (FULL, VERBOSE) data_keys"))
    except OperationalError:
        connection.execute(text("VACUUM data_keys"))
        return False
    finally:
        driver.remove_notice_handler(hear)
        connection.execute(text("RESET lock_timeout"))
    return has_left_none(said)


def has_left_none(details: list[str]) -> bool:
    """Whether the server said that it carried over no dead row: the first number of what VACUUM FULL says.

    "0 dead row versions cannot be removed yet." The words are in the server's language, so only the
    number is read; a server that says nothing has not said none.
    """
    counts = [int(found[0]) for detail in details if (found := re.search(r"\d+", detail))]
    return bool(counts) and not any(counts)

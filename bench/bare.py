"""The bound of the hook: a bare Flask route that checks a signature and keeps one row, durably.

No ORM, no validation, no screening: what any hook on this server and this store must at
least do. Writers to SQLite queue on a file lock, as ours do; on PostgreSQL each thread
has a connection of its own.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
from flask import Flask, Response, request

from app.delivery.signatures import check

CREATE = "CREATE TABLE IF NOT EXISTS kept (id VARCHAR(80) PRIMARY KEY, came_at VARCHAR(40), body {blob})"
Keep = Callable[[str, str, bytes], None]


def create_app(url: str | None = None, secret: str | None = None) -> Flask:
    """The bare hook on the database of BENCH_URL with the key of BENCH_SECRET."""
    app = Flask(__name__)
    keep = keep_in(url or os.environ["BENCH_URL"])
    key = secret or os.environ["BENCH_SECRET"]

    @app.post("/hook")
    def hook() -> Response:
        body = request.get_data()
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        message_id, timestamp, signatures = (request.headers.get(name, "") for name in names)
        now = datetime.now(UTC)
        if check(key, message_id=message_id, timestamp=timestamp, signatures=signatures, body=body, now=now):
            return Response(status=401)
        keep(message_id, now.isoformat(), body)
        return Response('{"custody":"dispatch"}', status=201, mimetype="application/json")

    return app


def keep_in(url: str) -> Keep:
    """How a row is kept in this database."""
    if url.startswith("sqlite:///"):
        return _keep_in_sqlite(url.removeprefix("sqlite:///"))
    return _keep_in_postgresql(url)


def _keep_in_sqlite(path: str) -> Keep:
    local = threading.local()

    def connect() -> tuple[sqlite3.Connection, int]:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA busy_timeout=15000")
        return connection, os.open(path + ".lock", os.O_RDWR | os.O_CREAT, 0o600)

    def keep(message_id: str, came_at: str, body: bytes) -> None:
        if not hasattr(local, "pair"):
            local.pair = connect()
        connection, lock = local.pair
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO kept VALUES (?, ?, ?)", (message_id, came_at, body))
            connection.execute("COMMIT")
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)

    with sqlite3.connect(path) as first:
        first.execute("PRAGMA journal_mode=WAL")  # is kept with the file
        first.execute(CREATE.format(blob="BLOB"))
    first.close()
    return keep


def _keep_in_postgresql(url: str) -> Keep:
    local = threading.local()

    def keep(message_id: str, came_at: str, body: bytes) -> None:
        if not hasattr(local, "connection"):
            local.connection = psycopg.connect(url)
        with local.connection.transaction():
            local.connection.execute("INSERT INTO kept VALUES (%s, %s, %s)", (message_id, came_at, body))

    with psycopg.connect(url) as first:
        first.execute("SELECT pg_advisory_xact_lock(1)")
        first.execute(CREATE.format(blob="BYTEA"))
    return keep

"""The app on both databases. Each test process has one database of each kind, made once.

A test's own session is committed before every request that it makes (people.py,
browser.py): what a test has made is then there for the request, and on SQLite the
request need not wait for the test. After each test the tables are emptied.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Connection, Dialect, event, exists, literal, select, text, union_all

from app import create_app
from app.foundation import copies
from app.foundation.db import db
from app.foundation.settings import Settings
from tests.support import templates, writes
from tests.support.postgres import fresh_database, running_server

KINDS = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Everything that uses the app runs on both databases, or on SQLite when marked `one_database`."""
    if "app" in metafunc.fixturenames:
        one = metafunc.definition.get_closest_marker("one_database")
        metafunc.parametrize("app", KINDS[:1] if one else KINDS, indirect=True, scope="function")


@pytest.fixture(scope="session")
def new_database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Gives the URL of a new, empty database of a kind; it is gone after the session.

    The place among the server's users is taken with the first database and given up after
    the last is gone: a server that nobody uses is stopped.
    """
    with ExitStack() as stack:

        @cache
        def server() -> str:
            return stack.enter_context(running_server())

        def make(kind: str) -> str:
            if kind == "sqlite":
                return f"sqlite:///{tmp_path_factory.mktemp('database')}/common_ground.sqlite"
            return stack.enter_context(fresh_database(server(), f"test_{uuid4().hex[:12]}"))

        yield make


@pytest.fixture(scope="session")
def app_of(
    new_database_url: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Flask]]:
    """Gives this process's app on a kind of database, its schema made from the models."""
    apps: dict[str, Flask] = {}

    def get(kind: str) -> Flask:
        if kind not in apps:
            apps[kind] = make_app(new_database_url(kind), tmp_path_factory.mktemp(f"instance-{kind}"))
        return apps[kind]

    yield get
    for app in apps.values():
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def make_app(url: str, instance: Path) -> Flask:
    """An app on an empty database, watched for templates it renders and writes it forgets."""
    app = create_app(Settings.for_tests(database_url=url, instance_path=instance))
    app.testing = True
    templates.watch(app)
    with app.app_context():
        db.create_all()
        writes.watch(db.engine)
    return app


@pytest.fixture
def app(request: pytest.FixtureRequest, app_of: Callable[[str], Flask]) -> Iterator[Flask]:
    """The app, with a context for the test's own session; its tables are emptied afterwards."""
    app = app_of(getattr(request, "param", "sqlite"))
    with app.app_context():
        yield app
        db.session.rollback()
        db.session.remove()
        with db.engine.begin() as connection:
            empty_tables(connection)
        writes.forget(db.engine)
        copies.forget_all()


def empty_tables(connection: Connection) -> None:
    """Delete the rows of every table that has any, without asking keys or triggers."""
    tables = db.metadata.sorted_tables
    if not tables:
        return
    has_rows = [select(literal(table.name)).where(exists(table.select())) for table in tables]
    filled = set(connection.scalars(union_all(*has_rows)))
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    for table in reversed(tables):
        if table.name in filled:
            connection.execute(table.delete())


@contextmanager
def refusing_to_write() -> Iterator[None]:
    """SQLite itself refuses every write, as it does on a disk that is full or has gone read-only."""

    def refuse(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    db.session.rollback()
    db.engine.dispose()  # what is open already would still write
    event.listen(db.engine, "checkout", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "checkout", refuse)
        db.session.rollback()
        db.engine.dispose()  # the connections that refuse are not used again


@contextmanager
def away() -> Iterator[None]:
    """Nobody can connect to the database."""

    def refuse(dialect: Dialect, *_: object) -> None:
        raise dialect.loaded_dbapi.OperationalError("away")

    db.session.rollback()
    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "do_connect", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "do_connect", refuse)

"""The app on both databases. Each test process has one database of each kind, made once.

A test's own session is committed before every request that it makes (people.py,
browser.py): what a test has made is then there for the request, and on SQLite the
request need not wait for the test. After each test the tables are emptied.

Tests marked `guarded_rows` have a third kind: PostgreSQL whose tables the app does not own, and whose
rows are guarded. What a test itself reads is read by the machine there, and what it asks for at a
door, by whom it has signed in.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Dialect, event

from app import create_app
from app.foundation import copies
from app.foundation.db import db
from app.foundation.owner import owner_engine
from app.foundation.reader import as_machine
from app.foundation.settings import Settings
from app.vault.row_commands import guard
from tests.support import emptying, templates, writes
from tests.support.owners import app_role
from tests.support.postgres import fresh_database, running_server

KINDS = ("sqlite", "postgresql")
GUARDED = "guarded"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
LEAST_FREE_BYTES = 1024**3
"""A container may have 64 MB there, which PostgreSQL needs for itself."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Everything that uses the app runs on both databases, or on SQLite when marked `one_database`.

    Marked `guarded_rows`: where rows are guarded too; `guarded_rows(alone=True)`: only there.
    """
    if "app" in metafunc.fixturenames:
        one = metafunc.definition.get_closest_marker("one_database")
        guarded = metafunc.definition.get_closest_marker("guarded_rows")
        kinds = KINDS[:1] if one else KINDS
        if guarded:
            kinds = (GUARDED,) if guarded.kwargs.get("alone") else (*kinds, GUARDED)
        metafunc.parametrize("app", kinds, indirect=True, scope="function")


@pytest.fixture(scope="session")
def new_database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Gives the URL of a new, empty database of a kind; it is gone after the session.

    The place among the server's users is taken with the first database and given up after
    the last is gone: a server that nobody uses is stopped. A file of SQLite lies in memory where the
    machine has a place for it: the app asks for the disk at every commit, and need not wait.
    """
    with ExitStack() as stack:

        @cache
        def server() -> str:
            return stack.enter_context(running_server())

        def make(kind: str) -> str:
            if kind == "sqlite":
                folder = stack.enter_context(folder_in_memory()) or tmp_path_factory.mktemp("database")
                return f"sqlite:///{folder}/common_ground.sqlite"
            return stack.enter_context(fresh_database(server(), f"test_{uuid4().hex[:12]}"))

        yield make


@pytest.fixture(scope="session")
def app_of(
    new_database_url: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Flask]]:
    """Gives this process's app on a kind of database, its schema made from the models."""
    apps: dict[str, Flask] = {}

    with ExitStack() as roles:

        def get(kind: str) -> Flask:
            if kind not in apps:
                url = new_database_url(KINDS[1] if kind == GUARDED else kind)
                owner_url = url if kind == GUARDED else None
                url = roles.enter_context(app_role(url)) if kind == GUARDED else url
                folder = tmp_path_factory.mktemp(f"instance-{kind}")
                apps[kind] = make_app(url, folder, owner_url=owner_url)
            return apps[kind]

        yield get
        for app in apps.values():
            with app.app_context():
                db.session.remove()
                emptying.close(owner_engine())
                db.engine.dispose()


def make_app(url: str, instance: Path, *, owner_url: str | None = None) -> Flask:
    """An app on an empty database, watched for templates it renders and writes it forgets.

    With an owner's URL its rows are guarded from the role of the first.
    """
    settings = Settings.for_tests(database_url=url, instance_path=instance, database_owner_url=owner_url)
    app = create_app(settings)
    app.testing = True
    templates.watch(app)
    with app.app_context():
        db.metadata.create_all(owner_engine())
        if owner_url:
            guard()
        writes.watch(db.engine)
    return app


@pytest.fixture
def app(request: pytest.FixtureRequest, app_of: Callable[[str], Flask]) -> Iterator[Flask]:
    """The app, with a context for the test's own session; its tables are emptied afterwards."""
    app = app_of(getattr(request, "param", "sqlite"))
    with app.app_context(), as_machine():
        yield app
        db.session.rollback()
        db.session.remove()
        emptying.empty_tables()
        writes.forget(db.engine)
        copies.forget_all()


@pytest.fixture
def set_settings(app: Flask) -> Iterator[Callable[..., None]]:
    """Sets settings of the app for one test: set_settings(is_demo=True)."""
    kept = app.extensions["settings"]

    def change(**changes: Any) -> None:
        app.extensions["settings"] = replace(app.extensions["settings"], **changes)

    yield change
    app.extensions["settings"] = kept


@contextmanager
def folder_in_memory() -> Iterator[str | None]:
    """A new folder in the machine's memory, gone afterwards; None where there is no such place."""
    is_there = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    if not is_there or shutil.disk_usage(MEMORY).free < LEAST_FREE_BYTES:
        yield None
        return
    with TemporaryDirectory(prefix="common-ground-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        yield folder


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

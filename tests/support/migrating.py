"""A database that migrations lead up and down."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import func, inspect, select

from app import create_app
from app.foundation.db import db
from app.foundation.settings import Settings
from tests.guards.history import MIGRATIONS
from tests.support.databases import KINDS


@pytest.fixture(params=KINDS)
def empty(
    request: pytest.FixtureRequest, new_database_url: Callable[[str], str], tmp_path: Path
) -> Iterator[Flask]:
    """The app on a database that has no tables yet."""
    url = new_database_url(request.param)
    app = create_app(Settings.for_tests(database_url=url, instance_path=tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def migrate(empty: Flask) -> Callable[[str], None]:
    """migrate("0002") goes up or down to a revision; "base" is nothing, "head" is everything."""

    def to(revision: str) -> None:
        db.session.commit()
        config: Config = empty.extensions["migrate"].migrate.get_config(str(MIGRATIONS))
        at = MigrationContext.configure(db.session.connection()).get_current_revision() or ""
        db.session.commit()
        if revision == "base" or (revision != "head" and revision < at):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)

    return to


def counts() -> dict[str, int]:
    """How many rows each table that is there has."""
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in db.metadata.sorted_tables
        if inspect(db.session.connection()).has_table(table.name)
    }

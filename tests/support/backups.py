"""Offices whose database can be lost: an app on a database of its own, and empty ones to restore into."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from flask import Flask

from app import create_app
from app.foundation.db import db
from app.foundation.settings import Settings
from tests.support.databases import KINDS

Databases = Callable[[], Flask]


@pytest.fixture(params=KINDS)
def new_app(
    request: pytest.FixtureRequest, new_database_url: Callable[[str], str], tmp_path: Path
) -> Iterator[Databases]:
    """Gives apps of one office, each on an empty database of its own; all share the ledger."""
    made: list[Flask] = []

    def make() -> Flask:
        folder = tmp_path / uuid4().hex[:6]
        folder.mkdir()
        settings = Settings.for_tests(database_url=new_database_url(request.param), instance_path=folder)
        made.append(create_app(replace(settings, erasure_ledger=tmp_path / "erasures.jsonl")))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def office(new_app: Databases) -> Iterator[Flask]:
    """An office at its newest migration."""
    app = new_app()
    with app.app_context():
        db.create_all()
        stamp(app)
        yield app


def stamp(app: Flask) -> None:
    db.session.commit()
    command.stamp(app.extensions["migrate"].migrate.get_config(), "head")


def run(app: Flask, *arguments: str) -> str:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["vault", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def refused(app: Flask, *arguments: str) -> str:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["vault", *arguments])
    assert result.exit_code == 1, result.output
    return result.output

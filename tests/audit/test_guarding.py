"""The database itself refuses to change the trail, whoever asks, until somebody drops its triggers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app import create_app
from app.audit import chain, guarding
from app.foundation.db import db
from app.foundation.settings import Settings
from tests.guards.history import MIGRATIONS
from tests.support.databases import KINDS
from tests.support.tampering import make_due, note


@pytest.fixture
def trail(app: Flask) -> None:
    """Two linked entries under a checkpoint, and one that waits."""
    note(2)
    chain.link_waiting()
    make_due()
    note(1)


REFUSED = [
    "UPDATE audit_entries SET actor_id = 'somebody' WHERE position = 1",
    "UPDATE audit_entries SET facts = '{}' WHERE position IS NULL",
    "UPDATE audit_entries SET permission = NULL WHERE position = 2",
    "UPDATE audit_entries SET position = 9 WHERE position = 2",
    "UPDATE audit_entries SET position = NULL WHERE position = 2",
    "UPDATE audit_entries SET digest = 'f' WHERE position = 2",
    "UPDATE audit_entries SET position = 3, digest = 'f' WHERE position = 2",
    "UPDATE audit_entries SET position = 4, digest = 'f' WHERE position IS NULL",
    "UPDATE audit_entries SET position = 3, digest = 'f', actor_id = 'x' WHERE position IS NULL",
    "UPDATE audit_entries SET position = 3 WHERE position IS NULL",
    "DELETE FROM audit_entries WHERE position = 2",
    "DELETE FROM audit_entries WHERE position IS NULL",
    "DELETE FROM audit_checkpoints",
    "UPDATE audit_checkpoints SET position = 1",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_trail_is_never_changed_or_deleted(trail: None, statement: str) -> None:
    with pytest.raises(IntegrityError, match="The trail is never changed"):
        db.session.execute(text(statement))


def test_no_entry_is_born_linked(trail: None) -> None:
    columns = "id, at, what, actor_kind, subject_type, subject_id, facts"
    born = f"INSERT INTO audit_entries ({columns}, position, digest) SELECT 'new', at, what, actor_kind, subject_type, subject_id, facts, 3, 'f' FROM audit_entries WHERE position = 1"  # noqa: S608, E501

    with pytest.raises(IntegrityError, match="The trail is never changed"):
        db.session.execute(text(born))


def test_no_entry_is_written_over(app: Flask, trail: None) -> None:
    """SQLite deletes what is in the way of INSERT OR REPLACE, and tells no trigger of deleting."""
    if db.engine.dialect.name == "sqlite":
        statements = [
            "INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries WHERE position IS NULL",
            "INSERT OR REPLACE INTO audit_checkpoints SELECT * FROM audit_checkpoints",
            "UPDATE OR REPLACE audit_entries SET position = 2, digest = 'f' WHERE position IS NULL",
        ]
    else:
        statements = ["TRUNCATE audit_entries CASCADE", "TRUNCATE audit_checkpoints"]
    for statement in statements:
        with pytest.raises(IntegrityError, match="The trail is never changed"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_linking_at_the_next_place_is_what_is_allowed(trail: None) -> None:
    assert chain.link_waiting() == 1
    assert chain.verify().linked_count == 3


def test_what_took_the_triggers_away_is_seen(app: Flask) -> None:
    assert guarding.is_protected(db.session.connection())
    guarding.unprotect(db.session.connection(), (guarding.CHECKPOINTS,))

    assert not guarding.is_protected(db.session.connection())


@pytest.fixture(params=KINDS)
def migrated(
    request: pytest.FixtureRequest, new_database_url: Callable[[str], str], tmp_path: Path
) -> Iterator[Flask]:
    """The app on a migrated database."""
    url = new_database_url(request.param)
    app = create_app(Settings.for_tests(database_url=url, instance_path=tmp_path))
    with app.app_context():
        command.upgrade(app.extensions["migrate"].migrate.get_config(str(MIGRATIONS)), "head")
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.slow
def test_a_migrated_database_refuses_too_and_again_after_its_table_was_built_anew(migrated: Flask) -> None:
    config = migrated.extensions["migrate"].migrate.get_config(str(MIGRATIONS))
    note(2)
    chain.link_waiting()
    make_due()
    assert guarding.is_protected(db.session.connection())
    db.session.commit()

    command.downgrade(config, "0008")
    assert not guarding.is_protected(db.session.connection())
    db.session.commit()
    command.upgrade(config, "head")

    assert guarding.is_protected(db.session.connection())
    assert (chain.verify().linked_count, chain.verify().broken_at) == (2, None)
    with pytest.raises(IntegrityError, match="The trail is never changed"):
        db.session.execute(text(REFUSED[0]))

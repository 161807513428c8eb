"""From nothing to what the models say, down again and up again, on both databases."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, inspect

from app.accounts.permissions import Role
from app.foundation.db import db
from app.referrals.models import Source, State
from app.referrals.transitions import owner_in
from tests.guards.history import differences, misnumbered, scripts
from tests.guards.layers import ROOT
from tests.support.board import make_call
from tests.support.custody_pairs import pairs_that_stand
from tests.support.migrating import counts
from tests.support.people import make_account


def first() -> str:
    base = scripts().get_base()
    assert base
    return base


def test_there_is_one_head_and_they_count_up():
    history = scripts()

    assert len(history.get_heads()) == 1
    revisions = [(r.revision, r.down_revision, Path(r.path).name) for r in history.walk_revisions()]
    assert misnumbered(revisions) == []


def test_a_wrong_number_is_seen():
    assert misnumbered([("0002", "0001", "0002_cases.py"), ("0001", None, "0001_first.py")]) == []
    assert misnumbered([("0003", "0001", "0003_cases.py")]) != []
    assert misnumbered([("a1b2c3", None, "a1b2c3_cases.py")]) != []
    assert misnumbered([("0001", None, "cases.py")]) != []


@pytest.mark.slow
def test_migrations_lead_to_what_the_models_say(empty, migrate):
    migrate("head")

    assert differences(db.session.connection(), db.metadata) == []


@pytest.mark.slow
def test_a_model_without_a_migration_is_seen(empty, migrate):
    migrate("head")
    ahead = MetaData()
    for table in db.metadata.sorted_tables:
        table.to_metadata(ahead)
    Table("forgotten", ahead, Column("id", Integer, primary_key=True))

    assert "forgotten" in str(differences(db.session.connection(), ahead))


@pytest.mark.slow
def test_down_to_nothing_and_up_again(empty, migrate):
    migrate("head")
    migrate("base")
    left = set(inspect(db.session.connection()).get_table_names()) - {"alembic_version"}
    migrate("head")

    assert left == set()
    assert differences(db.session.connection(), db.metadata) == []


@pytest.mark.slow
def test_rows_survive_the_way_down_to_the_first_and_up_again(empty, migrate):
    migrate("head")
    assert counts()["accounts"] == 0  # nobody is in a new database
    make_account(Role.ADMIN)
    before = counts()
    migrate(first())
    migrate("head")

    assert before["accounts"] == 1
    assert counts() == before


def tables_after(imports: str) -> list[str]:
    """The tables that a new process knows after these imports."""
    program = f"{imports}\nfrom app.foundation.db import db\nprint(*sorted(db.metadata.tables))"
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.split()


@pytest.mark.slow
def test_the_app_alone_knows_every_table():
    """What a migration is made from is what create_app imports, not what a test happens to."""
    everything = "from tests.guards.layers import read_modules\nfor name in read_modules(): __import__(name)"

    assert tables_after("import app") == tables_after(everything)


def test_the_migrated_database_refuses_every_owner_that_does_not_fit_the_state(
    migrate: Callable[[str], None],
) -> None:
    """Check constraints are compared by name alone; this one is what stands under the invariant."""
    migrate("head")

    stand = pairs_that_stand(make_call(State.OFFERED))

    assert stand == {(state, owner_in(state, Source.DISPATCH)) for state in State}

"""What one test leaves, no other finds: rows and triggers are as new after each."""

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.audit import guarding
from app.foundation.db import db
from app.foundation.owner import owner_engine
from tests.support.cases import make_case, make_contact, make_party
from tests.support.emptying import empty_tables
from tests.support.roster import make_responder

pytestmark = pytest.mark.guarded_rows


def tables_with_rows() -> list[str]:
    with owner_engine().connect() as owner:
        counts = {
            table.name: owner.scalar(select(func.count()).select_from(table))
            for table in db.metadata.sorted_tables
        }
    return [name for name, count in counts.items() if count]


def make_rows() -> None:
    keeper = make_responder()
    case = make_case(keeper=keeper)
    make_contact(case, keeper, make_party(case, keeper))
    db.session.commit()
    db.session.remove()


def test_every_row_is_gone(app: Flask) -> None:
    for _ in range(2):  # what was planned for the first time holds for the second
        make_rows()
        assert len(tables_with_rows()) > 8
        empty_tables()
        assert tables_with_rows() == []


@pytest.mark.parametrize("are_rows_there", [True, False])
def test_the_triggers_of_the_trail_stand_again(app: Flask, are_rows_there: bool) -> None:
    if are_rows_there:
        make_rows()
    db.session.remove()
    with owner_engine().begin() as owner:
        guarding.unprotect(owner)
        if owner.dialect.name == "sqlite":  # one of the same name that refuses nothing is not the same
            name = f"{guarding.ENTRIES}_delete"
            owner.execute(
                text(f"CREATE TRIGGER {name} BEFORE DELETE ON {guarding.ENTRIES} BEGIN SELECT 1; END")
            )
    empty_tables()
    with owner_engine().connect() as owner:
        assert guarding.is_protected(owner)
        if owner.dialect.name == "sqlite":
            said = owner.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")).all()
            assert len(said) == 6
            assert all("RAISE" in one for one in said)

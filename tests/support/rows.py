"""Guarded rows for tests: a case with everything in it, and what a reader is shown of all there is."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from app.cases.models import ConflictCase
from app.foundation.db import db
from app.foundation.reader import MACHINE, Reader, read_as
from app.vault.row_policies import GUARDED
from tests.support.cases import make_agreement, make_case, make_contact, make_party
from tests.support.roster import make_organization, make_responder, make_team

TABLES = tuple(db.metadata.tables[guarded.table] for guarded in GUARDED)


@contextmanager
def reading_as(reader: Reader | None) -> Iterator[None]:
    """Transactions of this reader; what was made before is there for them."""
    db.session.commit()
    read_as(reader)
    try:
        yield
    finally:
        db.session.rollback()
        read_as(MACHINE)


def all_ids(reader: Reader | None) -> set[str]:
    """The ids of all guarded rows that this reader is shown."""
    with reading_as(reader):
        with_id = [table for table in TABLES if "id" in table.columns]
        return {one for table in with_id for one in db.session.scalars(select(table.c.id))}


def counts(reader: Reader | None) -> dict[str, int]:
    """How many rows of each guarded table this reader is shown."""
    with reading_as(reader):
        return {
            table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES
        }


def make_full_case() -> tuple[ConflictCase, object]:
    """A case with a person, a contact and a promise, and who works in it."""
    keeper = make_responder(make_team(organization=make_organization()))
    case = make_case(keeper=keeper, organization_id=keeper.organization_id)
    one, other = make_party(case, keeper), make_party(case, keeper)
    make_contact(case, keeper, one)
    make_agreement(case, keeper, one, other)
    db.session.commit()
    return case, keeper

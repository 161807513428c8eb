"""A page that is looked at: nobody waits to write while it is drawn, and no look goes unkept."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import SYSTEM, record
from app.foundation.db import db, looking

pytestmark = pytest.mark.usefixtures("app")


def look(subject_id: str) -> None:
    record(What.CASE_LOOKED_AT, actor=SYSTEM, subject_type="case", subject_id=subject_id, part="now")


def kept() -> int:
    with db.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_a_look_is_durable_before_the_page_leaves():
    @looking
    def page() -> str:
        db.session.scalar(select(func.count()).select_from(AuditEntry))
        look("one")
        look("two")
        return "drawn"

    before = kept()

    assert page() == "drawn"
    assert kept() == before + 2


def test_a_look_that_cannot_be_kept_shows_nothing():
    drawn: list[str] = []

    @looking
    def page() -> str:
        record(None, actor=SYSTEM, subject_type="case", subject_id="x")  # type: ignore[arg-type]
        drawn.append("drawn")
        return "drawn"

    before = kept()

    with pytest.raises(IntegrityError):
        page()

    assert drawn == ["drawn"]
    assert kept() == before


def test_a_page_that_breaks_keeps_nothing_and_leaves_nothing_for_the_next():
    @looking
    def broken() -> str:
        look("one")
        raise LookupError

    @looking
    def fine() -> str:
        return "drawn"

    before = kept()

    with pytest.raises(LookupError):
        broken()
    fine()

    assert kept() == before


def test_others_write_while_the_page_is_drawn():
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only on SQLite does one write at a time")
    drawn: list[str] = []

    @looking
    def page() -> str:
        db.session.scalar(select(func.count()).select_from(AuditEntry))
        look("one")
        with closing(sqlite3.connect(db.engine.url.database or "", timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")  # raises while somebody else is writing
        drawn.append("meanwhile")
        return "drawn"

    page()

    assert drawn == ["meanwhile"]

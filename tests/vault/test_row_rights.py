"""The processes that serve, and the worker, have the least rights on the database that the work needs."""

import re
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.audit.catalogue import What
from app.audit.trail import SYSTEM, record
from app.foundation.db import db
from app.foundation.owner import owner_engine
from app.foundation.reader import MACHINE, read_as
from app.vault.row_policies import GUARDED
from app.vault.row_rights import DELETED_FROM, NARROWER
from tests.support.rows import make_full_case

pytestmark = pytest.mark.guarded_rows(alone=True)

MAKES_OR_ALTERS = (
    "CREATE TABLE mine (id text)",
    "CREATE TEMPORARY TABLE mine (id text)",
    "CREATE TABLE mine AS SELECT * FROM contacts",
    "CREATE VIEW mine AS SELECT * FROM contacts",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA mine",
    "CREATE ROLE mine",
    "ALTER TABLE contacts ADD COLUMN mine text",
    "ALTER TABLE contacts DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
    "CREATE POLICY mine ON contacts USING (true)",
    "DROP POLICY rows_seen ON contacts",
    "DROP TABLE contacts",
    "CREATE OR REPLACE FUNCTION reader_cases() RETURNS SETOF text LANGUAGE sql AS 'SELECT id FROM parties'",
    "ALTER FUNCTION reader_cases() SECURITY INVOKER",
    "SET SESSION AUTHORIZATION DEFAULT; SET ROLE postgres",
    "SET LOCAL session_replication_role = replica",
    "COPY contacts TO PROGRAM 'cat'",
)
EMPTIES = tuple(
    f"TRUNCATE {table} CASCADE" for table in ("contacts", "data_keys", "audit_entries", "referrals")
)
TOUCHES_THE_TRAIL = (
    "DELETE FROM audit_entries",
    "UPDATE audit_entries SET actor_id = 'nobody'",
    "UPDATE audit_entries SET at = now()",
    "UPDATE audit_entries SET facts = '{}'",
    "DELETE FROM audit_checkpoints",
    "UPDATE audit_checkpoints SET line = ''",
    "DELETE FROM audit_look_marks",
    "DELETE FROM erasures",
    "UPDATE erasures SET mac = ''",
)


@pytest.fixture(params=["serves pages", "worker"])
def whoever(request, app):
    """Whoever serves pages says nothing of a reader here; a worker reads as the machine."""
    make_full_case()
    db.session.commit()
    read_as(None if request.param == "serves pages" else MACHINE)
    yield request.param
    db.session.rollback()
    read_as(MACHINE)


@contextmanager
def refused(statement):
    """That this is not allowed; the message names the statement where it is."""
    said = ""
    try:
        yield
    except DBAPIError as refusal:
        said = str(refusal)
    db.session.rollback()
    assert re.search(r"must be|denied", said), f"{statement}: {said or 'allowed'}"


def test_nothing_is_owned_and_nobody_elses_rights_are_had(whoever):
    role = db.session.execute(
        text(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles"
            " WHERE rolname = current_user"
        )
    ).one()
    member = "SELECT count(*) FROM pg_auth_members WHERE member = CAST(current_user AS regrole)"
    owned = "SELECT count(*) FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')"

    assert not any(role)
    assert db.session.scalar(text(member)) == 0
    assert db.session.scalar(text(owned)) == 0


def test_nothing_is_made_altered_emptied_or_taken_from_the_trail(whoever):
    for statement in (*MAKES_OR_ALTERS, *EMPTIES, *TOUCHES_THE_TRAIL):
        with refused(statement):
            db.session.execute(text(statement))


def test_a_line_of_the_trail_is_added_and_stays(whoever):
    record(What.BACKUP_MADE, actor=SYSTEM, subject_type="backup", subject_id="one")
    db.session.commit()

    with refused("a line is deleted"):
        db.session.execute(text("DELETE FROM audit_entries"))


def test_a_table_that_is_not_ours_is_not_read(whoever):
    with owner_engine().begin() as owner:
        owner.execute(text("CREATE TABLE of_another_program (id text)"))
    try:
        for theirs in ("of_another_program", "pg_authid", "pg_user_mapping"):
            with refused(theirs):
                db.session.execute(text(f"SELECT * FROM {theirs}"))  # noqa: S608 - named above
    finally:
        db.session.rollback()
        with owner_engine().begin() as owner:
            owner.execute(text("DROP TABLE of_another_program"))


def test_rows_are_deleted_only_where_the_work_forgets(whoever):
    allowed = set(
        db.session.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = CAST(CAST(current_schema() AS text) AS regnamespace)"
                " AND has_table_privilege(current_user, oid, 'DELETE')"
            )
        )
    )

    assert allowed == DELETED_FROM
    assert not allowed & {"data_keys", "referrals", "conflict_cases", "accounts", *NARROWER}


def test_the_worker_sees_what_it_destroys_and_whoever_serves_sees_nothing_unasked(whoever):
    seen = {
        one.table
        for one in GUARDED
        if db.session.scalar(text(f"SELECT count(*) FROM {one.table}"))  # noqa: S608 - our own tables
    }

    assert ("contacts" in seen) is (whoever == "worker")
    assert bool(seen) is (whoever == "worker")


def test_only_the_owner_has_what_the_app_has_not(app):
    """The same statements do not fail for want of a table or a comma."""
    with owner_engine().connect() as owner:
        for statement in MAKES_OR_ALTERS[:2] + MAKES_OR_ALTERS[7:12] + EMPTIES[:1]:
            owner.execute(text(statement))
            owner.rollback()
        with pytest.raises(ProgrammingError):
            owner.execute(text("SELECT nothing_there"))

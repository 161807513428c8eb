"""The guard of rows: who it holds for, whether it is there, what it costs."""

import click
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.foundation.db import db
from app.foundation.owner import owner_engine
from app.foundation.reader import MACHINE, read_as
from app.vault import row_guard
from app.vault.row_commands import check_rows
from tests.support.referrals import Dispatch, make_covering_team
from tests.support.rows import counts, make_full_case

pytestmark = pytest.mark.guarded_rows(alone=True)


def test_the_role_of_the_app_owns_nothing_and_passes_no_policy(app):
    role = db.session.execute(
        text(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
            " WHERE rolname = current_user"
        )
    ).one()
    owned = db.session.scalar(
        text("SELECT count(*) FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')")
    )

    assert tuple(role) == (False, False, False, False)
    assert owned == 0
    assert str(check_rows()).startswith("Rows: guarded by PostgreSQL")
    for forbidden in ("ALTER TABLE contacts DISABLE ROW LEVEL SECURITY", "DROP POLICY rows_seen ON contacts"):
        with pytest.raises(ProgrammingError):
            db.session.execute(text(forbidden))
        db.session.rollback()


def test_policies_changed_by_hand_are_told_of_and_put_right(app):
    with owner_engine().begin() as owner:
        owner.execute(text("ALTER POLICY rows_seen ON contacts USING (true)"))
    try:
        make_full_case()
        assert counts(None)["contacts"] == 1
        assert "guard-rows" in doctor_refuses()
    finally:
        db.session.rollback()
        said = app.test_cli_runner().invoke(args=["vault", "guard-rows"])
    assert said.output == "Rows: guarded anew.\n"
    assert counts(None)["contacts"] == 0
    assert app.test_cli_runner().invoke(args=["vault", "guard-rows"]).output == "Rows: guarded as before.\n"


def test_a_table_that_is_not_guarded_any_more_is_told_of(app):
    with owner_engine().begin() as owner:
        owner.execute(text("ALTER TABLE contacts DISABLE ROW LEVEL SECURITY"))
    try:
        assert "no policies guard contacts. As the owner: flask vault guard-rows" in doctor_refuses()
    finally:
        db.session.rollback()
        app.test_cli_runner().invoke(args=["vault", "guard-rows"])
    assert check_rows()


def test_the_guard_is_taken_down_for_a_migration_and_put_up_again(app):
    """What a policy asks for cannot be taken away while it asks."""
    make_full_case()
    with pytest.raises(DBAPIError, match="depend on it"), owner_engine().begin() as owner:
        owner.execute(text("ALTER TABLE conflict_cases DROP COLUMN block_key_id"))
    try:
        said = app.test_cli_runner().invoke(args=["vault", "guard-rows", "--down"])
        assert said.output == "Rows: not guarded any more.\n"
        assert counts(None)["contacts"] == 1
        assert "no policies guard agreement_items, " in doctor_refuses()
        with owner_engine().connect() as owner:
            owner.execute(text("ALTER TABLE conflict_cases DROP COLUMN block_key_id"))
            owner.rollback()
    finally:
        db.session.rollback()
        app.test_cli_runner().invoke(args=["vault", "guard-rows"])
    assert check_rows()
    assert counts(None)["contacts"] == 0


def test_a_table_that_nobody_decided_on_is_told_of(app):
    with owner_engine().begin() as owner:
        owner.execute(text("CREATE TABLE new_thing (id text)"))
    try:
        assert "no policies guard new_thing" in doctor_refuses()
    finally:
        db.session.rollback()
        with owner_engine().begin() as owner:
            owner.execute(text("DROP TABLE new_thing"))
    assert check_rows()


def test_a_function_that_was_changed_by_hand_is_told_of_and_put_right(app):
    everything = "AS 'SELECT id FROM conflict_cases'"
    with owner_engine().begin() as owner:
        owner.execute(
            text(f"CREATE OR REPLACE FUNCTION reader_cases() RETURNS SETOF text LANGUAGE sql {everything}")
        )
    try:
        assert "guard-rows" in doctor_refuses()
    finally:
        db.session.rollback()
        app.test_cli_runner().invoke(args=["vault", "guard-rows"])
    assert check_rows()


def test_rows_are_not_guarded_from_their_owner_and_the_guard_says_so(app):
    with owner_engine().connect() as owner:
        how = row_guard.standing(owner)
        assert how.passes
        with pytest.raises(row_guard.CannotGuard, match=r"superuser|owns"):
            row_guard.put_up(owner, how.role)
        with pytest.raises(row_guard.CannotGuard, match="no role"):
            row_guard.put_up(owner, "nobody_of_this_name")


def test_a_page_tells_its_reader_once_and_a_new_call_tells_nobody(app, client_as):
    case, keeper = make_full_case()
    page, phone = f"/cases/{case.id}/header", client_as(keeper)
    make_covering_team()
    dispatch = Dispatch(app)
    phone.get("/today")

    assert told_in(lambda: phone.get(page)) == 1
    dispatch.offer()  # keys, policy and coverage are known from here on, and read again every five seconds
    assert min(told_in(dispatch.offer) for _ in range(3)) == 0


def told_in(ask_for) -> int:
    """How often PostgreSQL is told who reads."""
    told = []

    def note(_connection, _cursor, statement, *_rest):
        told.extend([statement] if statement.startswith("SELECT set_config") else [])

    db.session.commit()
    db.session.remove()
    event.listen(db.engine, "after_cursor_execute", note)
    read_as(None)
    try:
        answer = ask_for()
    finally:
        event.remove(db.engine, "after_cursor_execute", note)
        read_as(MACHINE)
    assert answer.status_code in {200, 201}
    return len(told)


def doctor_refuses() -> str:
    with pytest.raises(click.ClickException) as refused:
        check_rows()
    return refused.value.message

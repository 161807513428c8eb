"""Guarded rows are found by index: a policy looks up, or is worked out once; it reads no table per row."""

import json

import pytest
from sqlalchemy import Connection, text

from app.accounts.permissions import Role
from app.accounts.readers import reader_of
from app.accounts.sign_in import actor_of
from app.cases.emergency_queries import list_open_for
from app.cases.queries import list_cases
from app.foundation import clock
from app.foundation.db import db
from app.foundation.owner import owner_engine
from app.foundation.reader import Reader
from tests.support.people import make_account
from tests.support.rows import make_full_case, reading_as

pytestmark = pytest.mark.guarded_rows(alone=True)

CASES = 3_000
BIG = {"conflict_cases", "assignments", "contacts", "parties", "party_identities", "data_keys", "case_states"}
# Each as the app asks it, and what it may read whole: nothing.
LOOKS = {
    "a case": "SELECT * FROM conflict_cases WHERE id = :case",
    "its notes": "SELECT * FROM contacts WHERE case_id = :case ORDER BY at",
    "its people": (
        "SELECT i.* FROM party_identities i JOIN parties p ON p.id = i.party_id WHERE p.case_id = :case"
    ),
    "its key": "SELECT * FROM data_keys WHERE id = :key",
    "its states": "SELECT * FROM case_states WHERE case_id = :case",
    "who is sent": "SELECT * FROM assignments WHERE case_id = :case AND ended_at IS NULL",
    "where I go": "SELECT * FROM assignments WHERE account_id = :account AND ended_at IS NULL",
}


def multiply(connection: Connection, table: str, **changed: str) -> None:
    """As many rows more of a table, like its first, under ids of their own."""
    pairs = ", ".join(
        f"'{column}', {value}" for column, value in {"id": "lpad(n::text, 26, '0')", **changed}.items()
    )
    connection.execute(
        text(
            f"INSERT INTO {table} SELECT (jsonb_populate_record(one, jsonb_build_object({pairs}))).*"  # noqa: S608
            f" FROM {table} one, generate_series(1, {CASES}) n WHERE one.id = (SELECT min(id) FROM {table})"
        )
    )


@pytest.fixture
def full(app):
    """Thousands of cases of others, each with a key, somebody sent, people and a note; and one's own."""
    other, _ = make_full_case()
    own, keeper = make_full_case()
    db.session.commit()
    own_case = "lpad(n::text, 26, '0')"
    with owner_engine().begin() as owner:
        multiply(owner, "data_keys")
        multiply(owner, "conflict_cases", number="100000 + n", key_id=own_case, block_key_id=own_case)
        multiply(owner, "case_states", case_id=own_case)
        multiply(owner, "assignments", case_id=own_case)
        multiply(owner, "parties", case_id=own_case)
        multiply(owner, "party_identities", party_id=own_case, key_id=own_case)
        multiply(owner, "contacts", case_id=own_case, key_id=own_case, client_key="'copy' || n")
        owner.execute(text("ANALYZE"))
    assert other.id != own.id
    return own, keeper


def scans(plan: dict, *, per_row: bool = False) -> list[str]:
    """The big tables that a plan reads whole, or reads whole again for each row."""
    found = []
    if plan.get("Node Type") == "Seq Scan" and plan["Relation Name"] in BIG:
        found += [plan["Relation Name"]] if not per_row or plan["Actual Loops"] > 1 else []
    for inner in plan.get("Plans", ()):
        found += scans(inner, per_row=per_row)
    return found


def explain(statement: str, values: dict) -> dict:
    answer = db.session.scalar(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"), values)
    return (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]


def readers_beside(keeper, *roles) -> dict[str, Reader]:
    """Who has the case, and one of each role in the same organization."""
    others = {role: make_account(role, organization_id=keeper.organization_id) for role in roles}
    return {"who has it": reader_of(keeper), **{role: reader_of(one) for role, one in others.items()}}


def test_what_a_page_looks_up_is_looked_up(full):
    case, keeper = full
    values = {"case": case.id, "key": case.key_id, "account": keeper.id}
    read_whole = {}
    for who, reader in readers_beside(keeper, Role.PROVIDER_LEAD, Role.COORDINATOR).items():
        with reading_as(reader):
            read_whole |= {(who, name): scans(explain(look, values)) for name, look in LOOKS.items()}

    assert {look: tables for look, tables in read_whole.items() if tables} == {}


def test_what_is_counted_whole_is_read_once(full):
    """No page does: a query that forgot its scope reads a table once, and not for each of its rows."""
    _, keeper = full
    again = {}
    for who, reader in readers_beside(keeper, Role.PROVIDER_LEAD, Role.COUNTY_PARTNER).items():
        with reading_as(reader):
            for table in sorted(BIG):
                again[who, table] = scans(explain(f"SELECT * FROM {table}", {}), per_row=True)  # noqa: S608

    assert {look: tables for look, tables in again.items() if tables} == {}


def test_lists_show_the_own_and_find_them_among_thousands(full):
    case, keeper = full
    reader, actor, case_id = reader_of(keeper), actor_of(keeper), case.id

    with reading_as(reader):
        assert [one.id for one in list_cases(actor).items] == [case_id]
        assert list_open_for(actor, clock.now()) == []

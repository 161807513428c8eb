"""The statements that make the policies: from the permission table, and in no other words."""

import pytest

from app.accounts.permissions import TABLE, Permission, Role, Scope
from app.foundation.db import db
from app.referrals.rules import TOLD_READABLE_HOURS
from app.vault.row_decisions import WITHOUT_POLICY
from app.vault.row_policies import GUARDED, MACHINE, functions, policies, statements
from app.vault.row_reach import FUNCTIONS, TOLD_HOURS, of_case, of_referrals, reached

PROMISES = (Permission.AGREEMENT_WORK,)
OF_CASE = of_case("c.id")


def test_the_statements_of_one_permission_as_text():
    assert reached(OF_CASE, PROMISES) == (
        "((SELECT current_setting('app.role', true)) IN ('facilitator', 'mediator')"
        " AND (c.id IN (SELECT reader_cases())))"
    )


def test_a_role_whose_line_is_taken_away_is_not_named_any_more(monkeypatch):
    monkeypatch.setitem(TABLE, Permission.AGREEMENT_WORK, {Role.FACILITATOR: Scope.ASSIGNED})
    assert "'mediator'" not in reached(OF_CASE, PROMISES)

    monkeypatch.setitem(TABLE, Permission.AGREEMENT_WORK, {})
    assert reached(OF_CASE, PROMISES) == "false"


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope not in OF_CASE])
def test_a_scope_that_nothing_is_said_of_reaches_no_row(monkeypatch, scope):
    monkeypatch.setitem(TABLE, Permission.AGREEMENT_WORK, {Role.MEDIATOR: scope})

    assert reached(OF_CASE, PROMISES) == "false"


def test_of_every_table_it_is_decided_whether_postgresql_guards_its_rows():
    """A new table fails here: guard it in `row_policies`, or say in `row_decisions` why it need not be."""
    guarded = [one.table for one in GUARDED]
    decided = [*guarded, *WITHOUT_POLICY]

    assert sorted(decided) == sorted(db.metadata.tables)
    assert all(len(why.split()) > 5 for why in WITHOUT_POLICY.values())


def test_nothing_that_is_sealed_for_people_lies_in_a_table_without_a_policy():
    """What lies sealed there is opened by keys that are guarded: of calls, and of machines and accounts."""
    sealed = {
        name
        for name in WITHOUT_POLICY
        for column in db.metadata.tables[name].columns
        if column.name.endswith("_sealed")
    }

    assert sealed == {"referrals", "client_keys", "destination_keys", "authenticator_apps"}


def test_functions_of_the_owner_find_no_table_that_somebody_else_made():
    for statement in functions("ours"):
        assert "SECURITY DEFINER SET search_path = ours, pg_temp AS" in statement
        assert " STABLE " in statement
    assert len(functions("ours")) == len(FUNCTIONS)


def test_each_guarded_table_has_a_policy_for_each_command():
    for guarded in GUARDED:
        said = " ".join(rest for _, rest in policies(guarded))
        assert [f"FOR {command}" in said for command in ("SELECT", "INSERT", "UPDATE", "DELETE")] == [
            True
        ] * 4
    assert len(statements()) == 5 * len(GUARDED)


def test_messages_of_dispatch_are_read_by_the_machine_alone():
    [messages] = [guarded for guarded in GUARDED if guarded.table == "referral_messages"]

    assert messages.seen == messages.changed == MACHINE


def test_a_coordinator_reads_what_was_told_as_long_as_the_office_says():
    assert TOLD_HOURS == TOLD_READABLE_HOURS
    assert f"'{TOLD_READABLE_HOURS} hours'" in of_referrals("r")[Scope.ALL]

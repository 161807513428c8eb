"""The statements that make the policies: from the permission table, and in no other words."""

import pytest

from app.accounts.permissions import TABLE, Permission, Role, Scope
from app.referrals.rules import TOLD_READABLE_HOURS
from app.vault.row_policies import (
    GUARDED,
    MACHINE,
    OF_CASE,
    OF_REFERRAL,
    TOLD_HOURS,
    policies,
    reached,
    statements,
)

PROMISES = (Permission.AGREEMENT_WORK,)


def test_the_statements_of_one_permission_as_text():
    assert reached(OF_CASE, PROMISES) == (
        "((SELECT current_setting('app.role', true)) IN ('facilitator', 'mediator')"
        " AND (c.closed_at IS NULL AND EXISTS (SELECT FROM assignments a WHERE a.case_id = c.id"
        " AND a.account_id = (SELECT current_setting('app.account', true)) AND a.ended_at IS NULL)))"
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
    assert f"'{TOLD_READABLE_HOURS} hours'" in OF_REFERRAL[Scope.ALL]

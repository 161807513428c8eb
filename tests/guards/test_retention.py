"""Every table says how long its rows are kept, or why nothing in them has to go."""

from datetime import timedelta

import app as house  # knows every table
from app.foundation.db import db
from app.referrals.rules import TOLD_READABLE_HOURS
from app.vault.records import plain_records, sealed_records
from app.vault.retention import RULES, TABLE, Kind, Then, tables_of
from app.vault.without_retention import WITHOUT_RETENTION


def unexplained(tables: set[str]) -> list[str]:
    """The tables that neither a row of the retention table nor a reason speaks of."""
    ruled = {table for rule in RULES for table in rule.tables}
    return sorted(tables - ruled - set(WITHOUT_RETENTION))


def test_every_table_has_a_row_or_a_reason():
    assert unexplained(set(db.metadata.tables)) == []


def test_a_table_that_nobody_thought_of_is_seen():
    assert unexplained({*db.metadata.tables, "attachments"}) == ["attachments"]


def test_nothing_is_explained_that_is_not_there():
    ruled = {table for rule in RULES for table in rule.tables}
    assert (ruled | set(WITHOUT_RETENTION)) - set(db.metadata.tables) == set()
    assert ruled & set(WITHOUT_RETENTION) == set()


def unsealed_at_the_end(columns: list[str]) -> list[str]:
    """Sealed columns (table.column) whose key no rule destroys, and that are no machine's secret."""
    ends = tables_of(Then.KEY_DESTROYED)
    secrets = {
        "authenticator_apps.secret_sealed",
        "client_keys.secret_sealed",
        "destination_keys.secret_sealed",
    }
    return [one for one in columns if one.split(".")[0] not in ends and one not in secrets]


def test_whatever_is_sealed_has_a_key_that_is_destroyed():
    sealed = [
        f"{table.name}.{column.name}"
        for table in db.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed")
    ]
    assert len(sealed) > 8
    assert unsealed_at_the_end(sealed) == []
    assert unsealed_at_the_end(["answers.words_sealed"]) == ["answers.words_sealed"]


def test_a_coordinator_reads_a_call_as_long_as_it_is_kept():
    assert TABLE[Kind.CALL_TOLD].kept_for == timedelta(hours=TOLD_READABLE_HOURS)


def test_the_house_hands_over_every_kind_once():
    kinds = [one.kind for one in house.KEPT_FOR_A_TIME]
    assert sorted(kinds) == sorted(Kind)
    assert {one.kind for one in (*sealed_records(), *plain_records())} <= set(kinds)

"""A column for words is sealed, or somebody has said why it need not be."""

from sqlalchemy import Column, MetaData, String, Table, Text

from app.foundation.db import db
from app.vault.columns import Sealed
from tests.guards.plain_words import not_there, plain_columns, unexplained


def test_every_column_that_could_hold_words_is_sealed_or_explained():
    columns = plain_columns(db.metadata.sorted_tables)

    assert unexplained(columns) == []
    assert not_there(columns) == []


def test_every_column_that_is_called_sealed_is():
    named = [
        (f"{table.name}.{column.name}", column.type)
        for table in db.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed")
    ]

    assert len(named) > 12
    assert [name for name, kind in named if not isinstance(kind, Sealed)] == []


def test_a_new_column_for_words_is_seen():
    table = Table("parties", MetaData(), Column("told", Text), Column("bird", String(20)))

    assert unexplained(plain_columns([table])) == ["parties.told"]

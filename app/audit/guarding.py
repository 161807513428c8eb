"""The database itself refuses to change what the trail keeps: triggers, on SQLite and on PostgreSQL.

They stop a mistake, a bug and a stolen password of the program; an owner of the database can
drop them. An entry is written once and linked once, at the next position. Nothing of it is
ever changed, deleted or written over. A checkpoint is written once. What ends after 24 months is
the key to whom an entry names (people.py): that needs no exception here, and breaks no chain.

SQLite loses a table's triggers when a migration builds the table anew, so they are made
again after each run of the migrations (migrations/env.py), from the columns that are there.
"""

from typing import Any

from sqlalchemy import Connection, Table, event, inspect, text

from app.audit.models import AuditCheckpoint, AuditEntry

ENTRIES, CHECKPOINTS = AuditEntry.__tablename__, AuditCheckpoint.__tablename__
_PLACE = {"position", "digest"}
_NEXT = f"(SELECT coalesce(max(position), 0) + 1 FROM {ENTRIES})"  # noqa: S608 - our own table
_SAID = "The trail is never changed."
_ALL = ("insert", "update", "delete", "truncate")


def protect(connection: Connection, tables: tuple[str, ...] = (ENTRIES, CHECKPOINTS)) -> None:
    """Make the triggers of these tables, anew where there are some."""
    unprotect(connection, tables)
    for table in tables:
        for statement in _statements(connection, table):
            connection.execute(text(statement))


def unprotect(connection: Connection, tables: tuple[str, ...] = (ENTRIES, CHECKPOINTS)) -> None:
    """Take the triggers away: for tests that empty their tables, and for those who play an attacker."""
    is_sqlite = connection.dialect.name == "sqlite"
    for table in tables:
        for act in _ALL:
            connection.execute(
                text(f"DROP TRIGGER IF EXISTS {table}_{act}" + ("" if is_sqlite else f" ON {table}"))
            )


def is_protected(connection: Connection) -> bool:
    """Whether every trigger is there (one query); an operator's check."""
    if connection.dialect.name == "sqlite":
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        names = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    acts = _ALL[:3] if connection.dialect.name == "sqlite" else _ALL
    wanted = {f"{table}_{act}" for table in (ENTRIES, CHECKPOINTS) for act in acts}
    return wanted <= set(connection.scalars(text(names)))


def _statements(connection: Connection, table: str) -> list[str]:
    if connection.dialect.name == "sqlite":
        columns = [column["name"] for column in inspect(connection).get_columns(table)]
        return _sqlite(table, columns)
    return _postgresql(table)


def _sqlite(table: str, columns: list[str]) -> list[str]:
    """`INSERT OR REPLACE` deletes without a word to any trigger, so an id that is taken is refused first."""
    key = "id" if table == ENTRIES else "number"
    taken = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 - our own tables
    if table == ENTRIES:
        fixed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in columns if name not in _PLACE)
        insert = f"NEW.position IS NOT NULL OR {taken}"
        update = f"OLD.position IS NOT NULL OR NEW.position IS NOT {_NEXT} OR NEW.digest IS NULL OR {fixed}"
    else:
        insert, update = taken, "1"
    conditions = {"insert": insert, "update": update, "delete": "1"}
    return [
        f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table} WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
        for act, condition in conditions.items()
    ]


def _postgresql(table: str) -> list[str]:
    """Refused with the code of a broken constraint, as a second worker that links meets it."""
    refuse = f"RAISE EXCEPTION '{_SAID}' USING ERRCODE = 'integrity_constraint_violation';"
    function = f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    if table != ENTRIES:
        kept = f"BEGIN {refuse} END"
        insert_when = "(false)"
    else:
        same = (
            "to_jsonb(NEW) - 'position' - 'digest' IS NOT DISTINCT FROM to_jsonb(OLD) - 'position' - 'digest'"
        )
        links = f"OLD.position IS NULL AND NEW.position = {_NEXT} AND NEW.digest IS NOT NULL AND {same}"
        kept = f"BEGIN IF TG_OP = 'UPDATE' THEN IF {links} THEN RETURN NEW; END IF; END IF; {refuse} END"
        insert_when = "(NEW.position IS NOT NULL)"
    run = f"EXECUTE FUNCTION {table}_refuse()"
    return [
        f"{function} $$ {kept} $$",
        f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} FOR EACH ROW WHEN {insert_when} {run}",
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} FOR EACH ROW {run}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} FOR EACH ROW {run}",
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {run}",
    ]


def _protect_new(table: Table, connection: Connection, **_: Any) -> None:
    protect(connection, (table.name,))


for _table in (AuditEntry.__table__, AuditCheckpoint.__table__):
    event.listen(_table, "after_create", _protect_new)

"""Putting the policies of rows on a PostgreSQL database, and whether they are there and hold for us.

As the owner of the tables: `put_up`, whenever migrations ran. Twice does no harm and locks nothing. As
whoever serves: `standing`. What was put up is remembered as a comment on one of the policies, by two
digests: of the statements, so that a change of the permission table is seen, and of what the database
made of them, so that a policy altered by hand is seen too.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from app.foundation.db import db
from app.vault.row_decisions import WITHOUT_POLICY
from app.vault.row_policies import GUARDED, functions, policies, statements
from app.vault.row_reach import FUNCTIONS
from app.vault.row_rights import VERSION_TABLE, rights

TABLES = [guarded.table for guarded in GUARDED]
_POLICIES = 4
_LOCK_TIMEOUT = "5s"  # behind a backup that reads a table nobody else would get to it while we wait
_MARKED = "rows_seen ON data_keys"


class CannotGuard(Exception):
    """The role of the app is not one whose rows can be guarded; the message says what to do."""


@dataclass(frozen=True)
class Standing:
    """How the rows of this database stand for whoever is connected."""

    role: str
    passes: bool
    """The role owns the tables, or may be their owner, or policies do not hold for it."""
    is_as_made: bool
    """Every policy is there, as the permission table of this program makes it."""
    unguarded: tuple[str, ...]
    """Tables that should have policies and lack one, or are there and were never decided on."""


def put_up(connection: Connection, app_role: str) -> bool:
    """Guard the rows and let the app's role work with the tables; says whether anything was changed.

    Raises `CannotGuard`. The caller is the owner of the tables, and commits.
    """
    _require_fit(connection, app_role)
    connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'"))
    if is_new := not _is_as_made(connection):
        try:
            _put_up(connection)
        except OperationalError:
            raise CannotGuard(
                "Somebody reads a table for long, such as a backup. Try again after it."
            ) from None
    _let_work(connection, app_role)
    return is_new


def take_down(connection: Connection) -> None:
    """Guard nothing: for a migration that takes away what a policy asks for. The caller commits."""
    _drop_policies(connection)
    for guarded in GUARDED:
        connection.execute(text(f"ALTER TABLE {guarded.table} DISABLE ROW LEVEL SECURITY"))
    for signature in _signatures():
        connection.execute(text(f"DROP FUNCTION IF EXISTS {signature}"))


def _drop_policies(connection: Connection) -> None:
    for guarded in GUARDED:
        for name, _ in policies(guarded):
            connection.execute(text(f"DROP POLICY IF EXISTS {name} ON {guarded.table}"))


def _put_up(connection: Connection) -> None:
    _drop_policies(connection)
    for statement in (*functions(_schema(connection)), *statements()):
        connection.exec_driver_sql(statement)
    connection.execute(text(f"COMMENT ON POLICY {_MARKED} IS '{_mark(connection)}'"))


def standing(connection: Connection) -> Standing:
    """How rows are guarded from whoever is connected (five queries)."""
    role, passes = connection.execute(
        text(
            "SELECT current_user, rolsuper OR rolbypassrls OR EXISTS ("
            "SELECT FROM pg_class WHERE oid = ANY(CAST(:tables AS regclass[]))"
            " AND pg_has_role(current_user, relowner, 'MEMBER')"
            ") FROM pg_roles WHERE rolname = current_user"
        ),
        {"tables": TABLES},
    ).one()
    return Standing(role, passes, _is_as_made(connection), _unguarded(connection))


def _unguarded(connection: Connection) -> tuple[str, ...]:
    rows = connection.execute(
        text(
            "SELECT c.relname, c.relrowsecurity,"
            " (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname LIKE 'rows\\_%')"
            " FROM pg_class c WHERE c.relkind IN ('r', 'p')"
            " AND c.relnamespace = CAST(CAST(current_schema() AS text) AS regnamespace) ORDER BY 1"
        )
    )
    decided = {*WITHOUT_POLICY, VERSION_TABLE}
    return tuple(
        table
        for table, is_enabled, count in rows
        if (table in TABLES and not (is_enabled and count == _POLICIES)) or table not in {*TABLES, *decided}
    )


def _require_fit(connection: Connection, app_role: str) -> None:
    found = connection.execute(
        text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = :role"), {"role": app_role}
    ).scalar_one_or_none()
    if found is None:
        raise CannotGuard(f"There is no role {app_role}: CREATE ROLE {app_role} LOGIN PASSWORD '…'.")
    if found:
        raise CannotGuard(f"Policies do not hold for {app_role}: it is a superuser or has BYPASSRLS.")
    is_owner = text(
        "SELECT EXISTS (SELECT FROM pg_class WHERE oid = ANY(CAST(:tables AS regclass[]))"
        " AND pg_has_role(:role, relowner, 'MEMBER'))"
    )
    if connection.scalar(is_owner, {"tables": TABLES, "role": app_role}):
        raise CannotGuard(f"{app_role} owns the tables: DATABASE_URL must name another role than the owner.")


def _let_work(connection: Connection, app_role: str) -> None:
    """Rows of our tables as far as the program needs, and nothing that makes or changes tables."""
    quote = connection.dialect.identifier_preparer.quote
    role, schema = quote(app_role), _schema(connection)
    there = set(
        connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
    )
    for statement in rights(role, schema, there & set(db.metadata.tables), _signatures()):
        connection.execute(text(statement))
    if VERSION_TABLE in there:
        connection.execute(text(f"GRANT SELECT ON {VERSION_TABLE} TO {role}"))
    database = quote(connection.scalar(text("SELECT current_database()")))
    connection.execute(text(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC"))


def _signatures() -> list[str]:
    """The functions by name and kinds of arguments."""
    heads = [head.partition(" RETURNS")[0] for head in FUNCTIONS]
    return [head.replace("handoff text", "text") for head in heads]


def _schema(connection: Connection) -> str:
    schema = connection.scalar(text("SELECT current_schema()"))
    return connection.dialect.identifier_preparer.quote(schema)


def _is_as_made(connection: Connection) -> bool:
    enabled = connection.scalar(
        text("SELECT bool_and(relrowsecurity) FROM pg_class WHERE oid = ANY(CAST(:tables AS regclass[]))"),
        {"tables": TABLES},
    )
    mark = connection.scalar(
        text(
            "SELECT obj_description(oid, 'pg_policy') FROM pg_policy"
            " WHERE polname = 'rows_seen' AND polrelid = 'data_keys'::regclass"
        )
    )
    return bool(enabled) and mark == _mark(connection)


def _mark(connection: Connection) -> str:
    """Two digests: of what we would make, and of what the database has."""
    return f"{_digest([*functions(_schema(connection)), *statements()])} {_found(connection)}"


def _found(connection: Connection) -> str:
    """A digest of every policy as the database has it, those of others on the same tables too."""
    rows = connection.execute(
        text(
            "SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies"
            " WHERE schemaname = current_schema() AND tablename = ANY(:tables) ORDER BY 1, 2"
        ),
        {"tables": TABLES},
    )
    asked = connection.execute(
        text(
            "SELECT pg_get_functiondef(oid), proowner = (SELECT relowner FROM pg_class"
            " WHERE oid = CAST('data_keys' AS regclass)) FROM pg_proc"
            " WHERE pronamespace = CAST(CAST(current_schema() AS text) AS regnamespace)"
            " AND proname = ANY(:names) ORDER BY 1"
        ),
        {"names": [head.partition("(")[0] for head in FUNCTIONS]},
    )
    return _digest(repr(tuple(row)) for row in (*rows, *asked))


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()

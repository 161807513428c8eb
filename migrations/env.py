"""How migrations run: as the owner of the tables, in one transaction, numbered 0001, 0002, …

A migration imports no model and no type of ours: it must mean tomorrow what it means today.
"""

from collections.abc import Iterable
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Connection, inspect

from app.audit import guarding
from app.foundation.db import UtcDateTime
from app.foundation.owner import owner_engine

database = current_app.extensions["migrate"].db


def number(
    _migration: MigrationContext, _revision: str | Iterable[str | None], directives: list[MigrationScript]
) -> None:
    """The next migration's name is the next number."""
    if directives:
        heads = ScriptDirectory.from_config(context.config).get_heads()
        directives[0].rev_id = f"{int(heads[0]) + 1 if heads else 1:04}"


def render(_kind: str, item: Any, _autogenerate: AutogenContext) -> str | Literal[False]:
    """Write our moments as what the database has."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


def protect_trail(connection: Connection) -> None:
    """The database refuses to change the trail. SQLite loses a table's triggers when it is built anew."""
    if inspect(connection).has_table("audit_look_marks"):
        guarding.protect(connection)


def migrate() -> None:
    """Run what was asked for; foreign keys of SQLite wait while tables are built anew."""
    with owner_engine().connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        options = {"process_revision_directives": number, "compare_type": True, "render_item": render}
        options |= current_app.extensions["migrate"].configure_args
        context.configure(connection=connection, target_metadata=database.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()
            protect_trail(connection)
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database, not as a script.")
migrate()

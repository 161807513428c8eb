"""The migrations: their order, and whether they lead to what the models say."""

import re
from collections.abc import Iterable
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, MetaData, inspect

from tests.guards.layers import ROOT

MIGRATIONS = ROOT / "migrations"


def scripts(folder: Path = MIGRATIONS) -> ScriptDirectory:
    """The migrations of a folder as alembic reads them."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    return ScriptDirectory.from_config(config)


def misnumbered(revisions: Iterable[tuple[str, str | None, str]]) -> list[str]:
    """Migrations, newest first as (revision, the one before, file), that do not count up by one from 0001."""
    found = []
    for revision, before, file in revisions:
        number = int(revision) if re.fullmatch(r"\d{4}", revision) else 0
        expected = f"{number - 1:04}" if number > 1 else None
        if not number or before != expected or not re.fullmatch(rf"{revision}_[a-z0-9_]+\.py", file):
            found.append(f"{file}: revision {revision} after {before}")
    return found


def differences(connection: Connection, metadata: MetaData) -> list[str]:
    """What the models have and the database has not, and the other way round."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    found = [str(difference) for difference in compare_metadata(context, metadata)]
    return found or _checks(connection, metadata)


def _checks(connection: Connection, metadata: MetaData) -> list[str]:
    """Check constraints, which alembic does not compare; by name."""
    inspector = inspect(connection)
    found = []
    for table in metadata.sorted_tables:
        asked = {
            str(connection.dialect.identifier_preparer.format_constraint(constraint) or "").strip('"')
            for constraint in table.constraints
            if isinstance(constraint, CheckConstraint)
        }
        there = {check["name"] for check in inspector.get_check_constraints(table.name)}
        found += [f"{table.name}: check {name} only in one" for name in sorted(asked ^ there)]
    return found

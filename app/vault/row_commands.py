"""Operators' command that has PostgreSQL guard rows itself, and what the doctor says of it."""

import click

from app.foundation.db import db
from app.foundation.owner import has_owner, owner_engine
from app.vault import row_guard

NOT_GUARDED = (
    "Rows: not guarded by PostgreSQL, since we connect as {role}, who owns the tables or passes their"
    " policies. Let DATABASE_URL name a role of its own, and DATABASE_OWNER_URL the owner."
)


@click.command("guard-rows")
@click.option("--down", is_flag=True, help="Guard nothing: before the database is migrated down.")
def guard_command(*, down: bool) -> None:
    """As the owner: let PostgreSQL show each person only rows that they may see. After every migration."""
    if db.engine.dialect.name != "postgresql":
        raise click.ClickException("Only PostgreSQL guards rows.")
    if not has_owner():
        raise click.ClickException("DATABASE_OWNER_URL is not set.")
    if down:
        with owner_engine().begin() as connection:
            row_guard.take_down(connection)
        click.echo("Rows: not guarded any more.")
        return
    click.echo("Rows: guarded anew." if guard() else "Rows: guarded as before.")


def guard() -> bool:
    """Put the policies up as the owner; says whether anything was changed."""
    try:
        with owner_engine().begin() as connection:
            return row_guard.put_up(connection, db.engine.url.username or "")
    except row_guard.CannotGuard as problem:
        raise click.ClickException(str(problem)) from None


def check_rows() -> str | None:
    """For the doctor: one line on how PostgreSQL guards rows; else a `ClickException`. SQLite: nothing."""
    if db.engine.dialect.name != "postgresql":
        return None
    how = row_guard.standing(db.session.connection())
    if how.passes:
        told = NOT_GUARDED.format(role=how.role)
        if has_owner():
            raise click.ClickException(told)
        return told
    if how.unguarded:
        raise click.ClickException(
            f"Rows: no policies guard {', '.join(how.unguarded)}. As the owner: flask vault guard-rows."
        )
    if not how.is_as_made:
        raise click.ClickException(
            "Rows: the policies are not those of the permission table. As the owner: flask vault guard-rows."
        )
    return f"Rows: guarded by PostgreSQL from {how.role}, on {len(row_guard.TABLES)} tables."

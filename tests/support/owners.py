"""PostgreSQL as in production: one role owns the tables, and the app connects as another."""

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url


@contextmanager
def app_role(owner_url: str) -> Iterator[str]:
    """The URL of the same database for a new role that owns nothing; the role is gone afterwards."""
    name, password = f"app_{token_hex(6)}", token_hex(16)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        owner.execute(made.format(sql.Identifier(name), sql.Literal(password)))
    try:
        url = make_url(owner_url).set(username=name, password=password)
        yield url.render_as_string(hide_password=False)
    finally:
        with psycopg.connect(owner_url, autocommit=True) as owner:
            for end in ("DROP OWNED BY {}", "DROP ROLE {}"):
                owner.execute(sql.SQL(end).format(sql.Identifier(name)))

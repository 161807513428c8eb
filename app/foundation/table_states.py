"""What stands in the tables, as a count and a digest of all rows: where both agree, the rows do."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import Connection, Table, select

AT_ONCE = 1_000


class TableState(TypedDict):
    """A table at one moment."""

    rows: int
    sha256: str


def table_states(connection: Connection, tables: Iterable[Table]) -> dict[str, TableState]:
    """Read every row of these tables, in the order of their keys."""
    return {table.name: _state_of(connection, table) for table in tables}


def _state_of(connection: Connection, table: Table) -> TableState:
    digest, count = hashlib.sha256(), 0
    in_order = select(table).order_by(*table.primary_key.columns)
    with connection.execution_options(yield_per=AT_ONCE).execute(in_order) as rows:
        for row in rows:
            digest.update(json.dumps(list(row), default=_as_text, sort_keys=True).encode() + b"\n")
            count += 1
    return {"rows": count, "sha256": digest.hexdigest()}


def _as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"A {type(value).__name__} stands in a table.")

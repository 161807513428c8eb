"""What whoever holds the database and every key can still read: for drills and proofs, never for a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Table, func, select

from app.foundation.db import db
from app.vault import sealing
from app.vault.access import Use
from app.vault.models import DataKey

SEALED_ENDING = "_sealed"


@dataclass(frozen=True)
class Readable:
    """One sealed field that opens."""

    table: str
    column: str
    row_id: str
    key_id: str
    text: str
    """A picture counts as the letters that its bytes happen to make."""

    @property
    def field(self) -> str:
        return f"{self.table}.{self.column}"


def sealed_columns() -> list[tuple[Table, Column[bytes], Column[str]]]:
    """Every column that is sealed under a key its own row names, and where the row names it.

    `block_sealed` is sealed under `block_key_id` where there is such a column, else under `key_id`.
    """
    found = []
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith(SEALED_ENDING):
                own = f"{column.name.removesuffix(SEALED_ENDING)}_key_id"
                key_id = table.columns.get(own, table.columns.get("key_id"))
                if key_id is not None:
                    found.append((table, column, key_id))
    return found


def read_all(key_ids: Sequence[str] | None = None) -> Iterator[Readable]:
    """Open whatever opens, of these keys or of all (one query for each sealed column)."""
    for table, column, key_id in sealed_columns():
        rows = (
            select(DataKey, table.c.id, column)
            .join(table, key_id == DataKey.id)
            .where(DataKey.wrapped.is_not(None), column.is_not(None))
            .order_by(table.c.id)
        )
        if key_ids is not None:
            rows = rows.where(DataKey.id.in_(key_ids))
        for key, row_id, blob in db.session.execute(rows):
            opened = sealing.unseal_bytes_with(key, table.name, column.name, row_id, blob, by=Use.INTEGRITY)
            text = opened.decode(errors="replace")
            yield Readable(table.name, column.name, row_id, key.id, text)


def count_unreadable() -> int:
    """How many sealed fields are there whose key is destroyed."""
    total = 0
    for table, column, key_id in sealed_columns():
        rows = select(func.count()).select_from(table).join(DataKey, DataKey.id == key_id)
        total += db.session.scalar(rows.where(DataKey.wrapped.is_(None), column.is_not(None))) or 0
    return total

"""What was destroyed, as rows beside the ledger outside the database; and the keys that are alive."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Id, Model
from app.vault.models import DataKey


class Erasure(Model):
    """One line of the ledger, so that a ledger which has lost lines is seen."""

    __tablename__ = "erasures"

    id: Mapped[Id]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(80))
    key_count: Mapped[int]
    mac: Mapped[str] = mapped_column(String(64), unique=True)


# The sweep begins with the keys that are alive: a few thousand, however many records there were.
Index(
    "ix_data_keys_alive",
    DataKey.purpose,
    DataKey.id,
    sqlite_where=DataKey.wrapped.is_not(None),
    postgresql_where=DataKey.wrapped.is_not(None),
)

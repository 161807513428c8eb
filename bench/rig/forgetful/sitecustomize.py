"""SQLite that forgets: whoever asks for FULL gets NORMAL. Python loads this by itself from PYTHONPATH.

Only the power-cut run puts this folder there, to show that it can tell the two apart.
"""

import sqlite3
from typing import Any


class Forgetful(sqlite3.Connection):
    """A connection that does not wait for the disk at every commit."""

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return super().execute(sql.replace("synchronous=FULL", "synchronous=NORMAL"), *values)


def connect(*where: Any, **how: Any) -> sqlite3.Connection:
    """As the driver connects, but forgetful."""
    made: sqlite3.Connection = _connect(*where, **{"factory": Forgetful, **how})
    return made


_connect: Any = sqlite3.connect
for module in (sqlite3, sqlite3.dbapi2):
    module.__dict__["connect"] = connect

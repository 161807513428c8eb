"""Counting the statements a page or a query costs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.foundation.db import db


@dataclass
class Counted:
    """The statements seen while counting."""

    statements: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.statements)


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[Counted]]:
    """with count_queries() as counted: ...; counted.count is the number of statements."""

    @contextmanager
    def counting() -> Iterator[Counted]:
        counted = Counted()

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "SELECT set_config")):  # where a transaction begins
                counted.statements.append(statement)

        event.listen(db.engine, "after_cursor_execute", note)
        try:
            yield counted
        finally:
            event.remove(db.engine, "after_cursor_execute", note)

    return counting

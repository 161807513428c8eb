"""Many rows of different tables in one go, for the one path that must be fast: the hook.

The unit of work of the ORM costs a call about two milliseconds. Here the rows of one
call go in with plain statements: on PostgreSQL all in a single statement, one round trip;
on SQLite one after another in the open transaction. The statements are made once for each
shape and kept; the types of the columns still do their work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ClauseElement

from app.foundation.db import Base

Row = tuple[type[Base], dict[str, Any]]
_Shape = tuple[str, ...]


@dataclass(frozen=True)
class _Statement:
    """One prepared insert: its text, and for each column how a value is bound."""

    text: str
    bindings: tuple[tuple[str, Callable[[Any], Any] | None], ...]

    def parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            name: bind(values[name]) if bind and values[name] is not None else values[name]
            for name, bind in self.bindings
        }


_prepared: dict[tuple[str, str, _Shape], _Statement] = {}


def insert_together(session: Session, rows: Sequence[Row]) -> None:
    """Insert the rows in this order, in the open transaction; nothing is committed.

    Raises `IntegrityError` as any insert does; then none of the rows is kept once the
    caller has rolled back.
    """
    connection = session.connection()
    dialect = connection.dialect
    prepared = [(_prepare(dialect, model, tuple(values)), values) for model, values in rows]
    if dialect.name == "postgresql":
        text, parameters = _as_one_statement(prepared)
        connection.exec_driver_sql(text, parameters)
        return
    # On the driver's own cursor: seven statements through the engine cost as much as the rest of the hook.
    cursor = connection.connection.cursor()
    for statement, values in prepared:
        bound = tuple(statement.parameters(values).values())
        try:
            cursor.execute(statement.text, bound)
        except dialect.dbapi.IntegrityError as error:  # type: ignore[union-attr]  # there is a driver
            raise IntegrityError(statement.text, None, error) from error


def _prepare(dialect: Dialect, model: type[Base], names: _Shape) -> _Statement:
    table = model.__table__
    key = (dialect.name, model.__tablename__, names)
    if key not in _prepared:
        columns = ", ".join(names)
        if dialect.name == "postgresql":
            marks = ", ".join(f"%({{prefix}}{name})s" for name in names)
        else:
            marks = ", ".join("?" for _ in names)
        bindings = tuple((name, _binder(dialect, table.c[name])) for name in names)
        # Names of our own tables and columns; every value is a parameter.
        statement = f"INSERT INTO {model.__tablename__} ({columns}) VALUES ({marks})"  # noqa: S608
        _prepared[key] = _Statement(statement, bindings)
    return _prepared[key]


def _binder(dialect: Dialect, column: ColumnElement[Any]) -> Callable[[Any], Any] | None:
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _as_one_statement(prepared: Sequence[tuple[_Statement, dict[str, Any]]]) -> tuple[str, dict[str, Any]]:
    """PostgreSQL runs every insert of a WITH, whether or not its rows are read."""
    parts: list[str] = []
    parameters: dict[str, Any] = {}
    for number, (statement, values) in enumerate(prepared):
        prefix = f"p{number}_"
        parts.append(statement.text.replace("{prefix}", prefix))
        parameters |= {prefix + name: value for name, value in statement.parameters(values).items()}
    *first, last = parts
    with_list = ", ".join(f"i{number} AS ({part})" for number, part in enumerate(first))
    return (f"WITH {with_list} {last}" if first else last), parameters


class Prepared:
    """One statement of the hook's path, compiled once for each database; texts and numbers go in."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, dict[str, Any], list[str] | None]] = {}

    def run(self, session: Session, **values: Any) -> CursorResult[Any]:
        """Run it in the open transaction."""
        connection = session.connection()
        dialect = connection.dialect
        if dialect.name not in self._compiled:
            compiled = self._statement.compile(dialect=dialect)
            order = getattr(compiled, "positiontup", None)
            self._compiled[dialect.name] = (str(compiled), dict(compiled.params), order)
        text, fixed, order = self._compiled[dialect.name]
        merged = fixed | values
        return connection.exec_driver_sql(text, tuple(merged[name] for name in order) if order else merged)

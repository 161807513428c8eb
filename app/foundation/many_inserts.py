"""Many rows of different tables in one go, for what must be fast: what dispatch sends us.

The unit of work of the ORM costs a call about two milliseconds. Here the rows of one
call, or of several, go in with plain statements: on PostgreSQL all in a single one, on
SQLite one for each table. The statements are made once for each shape and kept; the types
of the columns still do their work.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, repeat
from typing import Any, cast

from sqlalchemy import Dialect, Table
from sqlalchemy.orm import Session

from app.foundation.db import Base
from app.foundation.driver import Statement, run_in

Row = tuple[type[Base], dict[str, Any]]
_Shape = tuple[type[Base], tuple[str, ...]]
BoundRow = tuple[_Shape, list[Any]]
"""A row whose values are the driver's."""
_Bindings = tuple[tuple[int, Callable[[Any], Any]], ...]
"""Places in a shape whose values are not the driver's, and what makes them so."""

INSERTED_AS = "inserted as"
"""In the `info` of a column: an SQL expression that makes its value of what is given, written `{}`."""


@dataclass(frozen=True)
class _Insert:
    """A prepared statement: its text, and the shapes whose rows it takes, in order."""

    text: str
    takes: tuple[_Shape, ...]


_prepared: dict[tuple[str, tuple[tuple[_Shape, int], ...]], tuple[_Insert, ...]] = {}
_bindings: dict[tuple[str, _Shape], _Bindings] = {}


def insert_together(session: Session, rows: Sequence[Row]) -> None:
    """Insert the rows in the open transaction, each table after those it refers to; nothing is committed.

    Raises `IntegrityError` as any insert does; then none of the rows is kept once the
    caller has rolled back.
    """
    connection = session.connection()
    run_in(connection, inserts_of(connection.dialect, bound(connection.dialect, rows)))


def bound(dialect: Dialect, rows: Sequence[Row]) -> list[BoundRow]:
    """The rows with the driver's values, for `inserts_of`."""
    return [_bound(dialect, model, values) for model, values in rows]


def _bound(dialect: Dialect, model: type[Base], values: dict[str, Any]) -> BoundRow:
    shape, given = (model, tuple(values)), list(values.values())
    key = (dialect.name, shape)
    if key not in _bindings:
        _bindings[key] = _bindings_of(dialect, shape)
    for place, bind in _bindings[key]:
        if given[place] is not None:
            given[place] = bind(given[place])
    return shape, given


def inserts_of(dialect: Dialect, rows: Sequence[BoundRow]) -> list[Statement]:
    """The inserts of these rows: one for each table on SQLite, one in all on PostgreSQL."""
    found: dict[_Shape, list[list[Any]]] = {}
    for shape, values in rows:
        found.setdefault(shape, []).append(values)
    counts = tuple((shape, len(them)) for shape, them in found.items())
    key = (dialect.name, counts)
    if key not in _prepared:
        _prepared[key] = _prepare(dialect, counts)
    return [
        (insert.text, list(chain.from_iterable(chain.from_iterable(found[shape] for shape in insert.takes))))
        for insert in _prepared[key]
    ]


def _prepare(dialect: Dialect, counts: Sequence[tuple[_Shape, int]]) -> tuple[_Insert, ...]:
    """PostgreSQL runs every insert of a WITH, whether or not its rows are read."""
    order = {table: number for number, table in enumerate(Base.metadata.sorted_tables)}
    ordered = sorted(counts, key=lambda entry: order[_table_of(entry[0][0])])
    is_one = dialect.name == "postgresql"
    marks = map("${}".format, count(1)) if is_one else repeat("?")
    texts = [_text(shape, row_count, marks) for shape, row_count in ordered]
    takes = tuple(shape for shape, _ in ordered)
    if not is_one:
        return tuple(_Insert(text, (shape,)) for text, shape in zip(texts, takes, strict=True))
    *first, last = texts
    with_list = ", ".join(f"i{number} AS ({text})" for number, text in enumerate(first))
    return (_Insert(f"WITH {with_list} {last}" if first else last, takes),)


def _text(shape: _Shape, row_count: int, marks: Iterator[str]) -> str:
    model, names = shape
    table = _table_of(model)
    forms = [table.c[name].info.get(INSERTED_AS, "{}") for name in names]
    rows = ", ".join(f"({', '.join(form.format(next(marks)) for form in forms)})" for _ in range(row_count))
    # Names of our own tables and columns; every value is bound to a mark.
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES {rows}"  # noqa: S608


def _bindings_of(dialect: Dialect, shape: _Shape) -> _Bindings:
    model, names = shape
    columns = _table_of(model).c
    binds = [columns[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    return tuple((place, bind) for place, bind in enumerate(binds) if bind is not None)


def _table_of(model: type[Base]) -> Table:
    return cast(Table, model.__table__)

"""Lists come in pages and in a stated order: nobody waits for ten thousand rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select

from app.foundation.db import db

T = TypeVar("T")
PAGE_SIZE = 25
LAST_PAGE = 10_000


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list, and whether another follows."""

    items: Sequence[T]
    number: int
    size: int
    has_next: bool


def page_of(statement: Select[T], number: int, size: int = PAGE_SIZE) -> Page[T]:
    """Page `number` (from 1) of an ordered statement; one query, one row more than shown."""
    number = min(max(number, 1), LAST_PAGE)
    rows = db.session.scalars(statement.limit(size + 1).offset((number - 1) * size)).unique().all()
    return Page(items=rows[:size], number=number, size=size, has_next=len(rows) > size)


def page_of_list(items: Sequence[T], number: int, size: int = PAGE_SIZE) -> Page[T]:
    """Page `number` (from 1) of a list that is at hand already."""
    number = min(max(number, 1), LAST_PAGE)
    first = (number - 1) * size
    return Page(items[first : first + size], number, size, has_next=len(items) > first + size)

"""The one clock. Rules never read it; they are told what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_told: ContextVar[datetime | None] = ContextVar("told_time", default=None)


def now() -> datetime:
    """The time now, aware, in UTC."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """What happens inside happens at that moment: how an invented city gets its past."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)

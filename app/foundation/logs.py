"""What is written to the log: what happened, ids, and where; never a value, a name or a word.

An error is logged by its type and the lines of code it came through. Its message is left
out, because a database or a parser likes to quote what it was given.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from flask import Flask
from structlog.typing import EventDict, WrappedLogger

_MOST_FRAMES = 12


def where_it_broke(error: BaseException) -> dict[str, Any]:
    """An error as a log may have it: its type, and file, line and function of each step."""
    frames = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
    return {
        "error": type(error).__name__,
        "through": [
            f"{frame.filename.rpartition('/app/')[2]}:{frame.lineno} {frame.name}" for frame in frames
        ],
    }


def _without_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace an exception by where it broke."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    return {**event, **where_it_broke(error)} if isinstance(error, BaseException) else event


def prepare_logs(app: Flask) -> None:
    """One JSON line for each event; unhandled errors too."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_values,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    log = structlog.get_logger()

    def log_exception(
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        if isinstance(exc_info[1], BaseException):
            log.error("request_failed", **where_it_broke(exc_info[1]))

    app.log_exception = log_exception  # type: ignore[method-assign]

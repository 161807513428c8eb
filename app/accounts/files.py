"""The few doors that take files: whose request may be longer than a form, and for whom."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from app.accounts.access import current_session
from app.accounts.permissions import may
from app.foundation.db import reading

F = TypeVar("F", bound=Callable[..., Any])


def takes_files(max_bytes: int) -> Callable[[F], F]:
    """A form that brings a file: its request may be this long, from people whose role lets them in here."""

    def mark(view: F) -> F:
        view.max_bytes = max_bytes  # type: ignore[attr-defined]
        return view

    return mark


def allow_files() -> None:
    """Read more than a form where a door takes files and the person may come in by it.

    Asked before anything is read: strangers cannot fill the memory with files. The database is let
    go of before the file is read: a slow phone holds up nobody.
    """
    view: Any = current_app.view_functions.get(request.endpoint or "")
    max_bytes = getattr(view, "max_bytes", None)
    if max_bytes is None or request.method != "POST":
        return
    with reading():
        row = current_session()
        if row is not None and not row.is_limited and may(row.account.role, view.permission):
            request.max_content_length = max_bytes
    g.pop("sign_in", None)


def prepare_files(app: Flask) -> None:
    """Hang the question into the app, before all others that look at what was sent."""
    app.before_request(allow_files)

"""What we keep in a browser: its session, the device it is, and a person's choices of language and light."""

from flask import current_app
from werkzeug.wrappers import Response

ONE_YEAR = 31_536_000
SESSION_COOKIE = "session"


def cookie_name(name: str, *, is_secure: bool) -> str:
    """The name under which a browser keeps it: over TLS one that no other host can set or read."""
    return f"__Host-{name}" if is_secure else name


def kept_as(name: str) -> str:
    """The same, as this app's settings say."""
    return cookie_name(name, is_secure=current_app.extensions["settings"].secure_cookies)


def keep_choice(answer: Response, name: str, value: str) -> None:
    """Keep what a person chose, for a year; no script reads it."""
    answer.set_cookie(
        kept_as(name),
        value,
        max_age=ONE_YEAR,
        samesite="Lax",
        httponly=True,
        secure=current_app.extensions["settings"].secure_cookies,
    )

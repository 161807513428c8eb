"""Languages: which ones a page can speak, which one this person reads, and its direction.

The choice is the person's own (a cookie, set by a link); else what the browser asks for,
matched by our own table, because a header from outside must never be parsed into an error.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from babel.numbers import format_decimal
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, get_locale
from flask_babel.speaklater import LazyString
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.foundation.cookies import kept_as

LANGUAGE_COOKIE = "language"
DEFAULT = "en"
OWN_NAMES = {"en": "English", "es": "Español", "fa": "فارسی"}
STAFF_LANGUAGES = ("en", "es")
RESIDENT_LANGUAGES = ("en", "es", "fa")
PUBLIC = "public"  # the mark of a view that anyone may see; the others are for people at work
RIGHT_TO_LEFT = frozenset({"fa"})
REVIEWED = frozenset({"en"})  # a language joins when a native speaker has signed its catalogue


@dataclass(frozen=True)
class Language:
    """A language as the switch in the masthead shows it."""

    code: str
    own_name: str
    is_current: bool


def select_language() -> str:
    """The language of this request: the person's choice, then the browser's, then English."""
    if not has_request_context():
        return DEFAULT
    chosen = request.cookies.get(kept_as(LANGUAGE_COOKIE))
    if chosen in RESIDENT_LANGUAGES:
        return match_language([chosen], spoken_here())
    return match_language(request.accept_languages.values(), spoken_here())


def spoken_here() -> tuple[str, ...]:
    """The languages of this page: a staff page half in Farsi would be mirrored and mostly English."""
    view = current_app.view_functions.get(request.endpoint or "")
    return RESIDENT_LANGUAGES if getattr(view, "permission", PUBLIC) == PUBLIC else STAFF_LANGUAGES


def match_language(asked: Iterable[str], spoken: tuple[str, ...]) -> str:
    """The first asked language that we speak, region left aside."""
    for tag in asked:
        code = tag.split("-")[0].lower()
        if code in spoken:
            return code
    return DEFAULT


def current_language() -> str:
    return str(get_locale() or DEFAULT)


def text_direction(code: str | None = None) -> str:
    return "rtl" if (code or current_language()) in RIGHT_TO_LEFT else "ltr"


def languages() -> list[Language]:
    """The languages that the reader of this page may choose from."""
    current = current_language()
    return [Language(code, OWN_NAMES[code], code == current) for code in spoken_here()]


def is_translation_reviewed() -> bool:
    return current_language() in REVIEWED


def choices(labels: dict[Any, Any]) -> list[SelectChoice]:
    """Choices of a form field from a table of labels: enum member to words."""
    return [SelectChoice(str(value), label) for value, label in labels.items()]


def label_of(labels: dict[Any, Any], value: StrEnum | str | None) -> str | LazyString:
    """The words for a stored value; the value itself where no words are known."""
    return labels.get(value, value or "")


_AS_WRITTEN_HERE = {"es": "es_US"}
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def own_digits(words: Any) -> str:
    """Numbers in a sentence, in the digits of the language. Clocks and telephones stay as they are."""
    return str(words).translate(_PERSIAN_DIGITS) if current_language() == "fa" else str(words)


def written_here(number: float | Decimal) -> str:
    """A number as people here write it: in Spanish of Spain $6.520 would be six and a half dollars here."""
    code = current_language()
    return own_digits(format_decimal(number, locale=_AS_WRITTEN_HERE.get(code, code)))


def _in_own_digits(write: Callable[..., str]) -> Callable[..., str]:
    return lambda *args, **kwargs: own_digits(write(*args, **kwargs))


def prepare_languages(app: Flask) -> None:
    """Serve each page in the reader's language, times on Los Angeles clocks."""
    app.config.update(
        BABEL_DEFAULT_LOCALE=DEFAULT,
        BABEL_DEFAULT_TIMEZONE="America/Los_Angeles",
        BABEL_TRANSLATION_DIRECTORIES=str(app.root_path) + "/translations",
    )
    Babel(app, locale_selector=select_language)
    app.jinja_env.filters["dateformat"] = _in_own_digits(app.jinja_env.filters["dateformat"])
    app.jinja_env.filters["numberformat"] = written_here
    app.jinja_env.globals.update(
        current_language=current_language,
        text_direction=text_direction,
        languages=languages,
        is_translation_reviewed=is_translation_reviewed,
        label_of=label_of,
    )

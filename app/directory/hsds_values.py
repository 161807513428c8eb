"""One value of a directory made safe and plain, or left empty with the reason. Pure."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from app.foundation import text

T = TypeVar("T")
NO_UPPER_LIMIT = 120


@dataclass(frozen=True)
class Read(Generic[T]):
    """What a value became, and why it is not as it stood."""

    value: T | None
    why: str | None = None


def as_words(most: int) -> Callable[[Any], Read[str]]:
    """Words of at most `most` letters; longer ones are cut."""

    def read(raw: Any) -> Read[str]:
        if raw is None or raw == "":
            return Read(None)
        if not isinstance(raw, str | int | float):
            return Read(None, "not words")
        words = text.tidy(str(raw))
        if text.has_forbidden_characters(words):
            return Read(None, "hidden characters")
        return Read(words[:most].rstrip(), "cut, too long") if len(words) > most else Read(words or None)

    return read


def as_uuid(raw: Any) -> Read[str]:
    """The publisher's id, in its one usual form."""
    try:
        return Read(str(UUID(str(raw).strip())))
    except ValueError:
        return Read(None, "not a uuid" if raw else "missing")


def as_url(raw: Any) -> Read[str]:
    """A web address that a page may link to: http or https, never a script."""
    words = as_words(500)(raw)
    if words.value is None:
        return words
    value = words.value
    changed = None
    if "://" not in value and re.fullmatch(r"[\w.-]+\.[a-zA-Z]{2,}(/\S*)?", value):
        value, changed = f"https://{value}", "https:// put in front"
    try:
        parts = urlsplit(value)
    except ValueError:
        return Read(None, "not a web address")
    if (
        parts.scheme.lower() not in {"http", "https"}
        or "." not in parts.netloc
        or re.search(r"[\s<>\"]", value)
    ):
        return Read(None, "not a web address")
    return Read(value, changed)


def as_email(raw: Any) -> Read[str]:
    words = as_words(254)(raw)
    if words.value and not re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+", words.value):
        return Read(None, "not an e-mail address")
    return words


def as_age(raw: Any) -> Read[int]:
    """Years. 999 and the like mean "no upper limit", which is an empty field."""
    words = as_words(40)(raw)
    if words.value is None:
        return Read(None, words.why)
    if not re.fullmatch(r"\d{1,4}(\.0+)?", words.value):
        return Read(None, "not an age")
    years = int(float(words.value))
    return Read(None, "no upper limit, left empty") if years > NO_UPPER_LIMIT else Read(years)


def as_whole_number(raw: Any) -> Read[int]:
    words = as_words(40)(raw)
    if words.value is None:
        return Read(None, words.why)
    if not re.fullmatch(r"\d{1,9}(\.0+)?", words.value):
        return Read(None, "not a whole number")
    return Read(int(float(words.value)))


def as_degrees(most: float) -> Callable[[Any], Read[float]]:
    """Latitude (`most` 90) or longitude (180)."""

    def read(raw: Any) -> Read[float]:
        if raw is None or raw == "":
            return Read(None)
        try:
            value = float(raw)
        except (TypeError, ValueError):
            return Read(None, "not a number")
        return Read(value) if math.isfinite(value) and abs(value) <= most else Read(None, "not on the globe")

    return read


def as_day(raw: Any) -> Read[date]:
    if not raw:
        return Read(None)
    try:
        return Read(date.fromisoformat(str(raw)[:10]))
    except ValueError:
        return Read(None, "not a day")


def as_moment(raw: Any) -> Read[datetime]:
    """A moment with its zone; without one it is taken as UTC."""
    if not raw:
        return Read(None)
    try:
        moment = datetime.fromisoformat(str(raw))
    except ValueError:
        return Read(None, "not a moment")
    return Read(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def as_list(most: int) -> Callable[[Any], Read[list[str]]]:
    """`a; b; c`, or a list, as at most `most` short texts, each once and in its order."""

    def read(raw: Any) -> Read[list[str]]:
        parts = raw if isinstance(raw, list) else str(raw or "").split(";")
        reads = [as_words(200)(part) for part in parts]
        values = list(dict.fromkeys(part.value for part in reads if part.value))
        why = next((part.why for part in reads if part.why), None)
        return Read(values[:most], "cut, too long" if len(values) > most else why)

    return read


_ADDRESS = re.compile(r"(?P<street>.+), (?P<city>[^,]+), (?P<state>[A-Z]{2}) (?P<code>\d{5}(-\d{4})?)")


def as_us_address(raw: Any) -> Read[dict[str, str]]:
    """`491 N. State Road 7, Plantation, FL 33317` in its parts; less than that is no address."""
    words = as_words(400)(raw)
    if words.value is None:
        return Read(None, words.why)
    parts = _ADDRESS.fullmatch(words.value)
    if parts is None:
        return Read(None, "not a whole address")
    return Read(
        {
            "address_1": parts["street"][:200],
            "city": parts["city"][:120],
            "state_province": parts["state"],
            "postal_code": parts["code"],
            "country": "US",
        }
    )


_PHONE = re.compile(
    r"(?:(?P<type>[A-Za-z]+): *)?(?P<number>\+?[\d(][\d ().-]{5,30})(?: *(?:x|ext\.?) *(?P<ext>\d{1,6}))?"
)


def as_phones(raw: Any) -> Read[list[tuple[str, str | None, int | None]]]:
    """`main: 305-285-5922, tdd: 800-955-8771` as number, type and extension."""
    words = as_words(1000)(raw)
    if words.value is None:
        return Read([], words.why)
    phones, why = [], None
    for part in words.value.split(","):
        match = _PHONE.fullmatch(part.strip())
        if match is None or sum(letter.isdigit() for letter in match["number"]) < 7:
            why = "not a phone number"
            continue
        phones.append((match["number"].strip(), match["type"], int(match["ext"]) if match["ext"] else None))
    return Read(phones, why)

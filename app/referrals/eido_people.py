"""The people of an EIDO: what part they have in it, and what the caller speaks. Never who they are."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.referrals.eido_codes import ROLE_REASONS, reasons_of
from app.referrals.eido_parts import Person

SOME_LANGUAGE = "und"
"""A language is named, and we do not know which: somebody must find out before we call back."""

_CALLERS = frozenset({"Caller", "ReportingParty"})
_LANGUAGE_MEMBERS = ("personprimarylanguage", "personlanguage")
_LANGUAGES = {
    **dict.fromkeys(("en", "eng", "english"), "en"),
    **dict.fromkeys(("es", "spa", "spanish", "español", "espanol"), "es"),
    **dict.fromkeys(("ko", "kor", "korean"), "ko"),
    **dict.fromkeys(("hy", "hye", "arm", "armenian"), "hy"),
    **dict.fromkeys(("tl", "tgl", "fil", "tagalog", "filipino"), "tl"),
    **dict.fromkeys(("zh", "zho", "chi", "chinese", "mandarin"), "zh"),
    **dict.fromkeys(("yue", "cantonese"), "yue"),
    **dict.fromkeys(("fa", "fas", "per", "farsi", "persian"), "fa"),
}


def reasons_of_people(persons: Sequence[Person]) -> set[str]:
    """What the parts that people have in it speak against: a patient, somebody harmed."""
    roles = [role for person in persons for role in person.roles]
    return reasons_of(roles, ROLE_REASONS, "person_part_unclear")


def language_of_caller(persons: Sequence[Person]) -> str | None:
    """The language of whoever called, where the document says it; of several, the one less common here."""
    callers = [person for person in persons if _CALLERS & set(person.roles)]
    found = [_LANGUAGES.get(_plain(word), SOME_LANGUAGE) for one in callers for word in _words(one.about)]
    return next((language for language in found if language != "en"), found[0] if found else None)


def _plain(word: str) -> str:
    """`es-MX` is Spanish, however it is spoken."""
    return word.strip().casefold().partition("-")[0]


def _words(about: dict[str, Any]) -> Iterator[str]:
    for name, value in about.items():
        if name.rpartition(":")[2].casefold() in _LANGUAGE_MEMBERS:
            yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:
    """The texts in a member of the person's data, which systems nest as they like."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)

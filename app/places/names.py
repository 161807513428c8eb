"""Names of areas as people write them: files of cities shout, residents do not."""

import re
import unicodedata

_SMALL = frozenset({"and", "for", "of", "the"})
_SHORT_FORMS = frozenset({"NC", "NDC", "CC", "LA", "SPA", "CANNDU", "UCLA", "USC", "LAX"})
_DIRECTIONS = frozenset({"N", "S", "E", "W", "NE", "NW", "SE", "SW"})
_OWN_SPELLING = {"macarthur": "MacArthur", "noho": "NoHo", "unnc": "UNNC"}


def tidy_name(written: str) -> str:
    """One space between words, and no shouting: MISSION is Mission, N HOLLYWOOD is N Hollywood.

    A name that has any small letter was written by a person and stays as it is.
    """
    name = " ".join(unicodedata.normalize("NFC", written).split())
    if any(letter.islower() for letter in name):
        return name
    words = name.split(" ")
    return " ".join(_word(word, is_first=number == 0) for number, word in enumerate(words))


def slug_of(name: str) -> str:
    """The name as part of an address: Boyle Heights is boyle-heights."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "area"


def _word(word: str, *, is_first: bool) -> str:
    """One word, its parts between - / ( ) each with a large first letter."""
    parts = re.split(r"([-/()&,])", word)
    return "".join(_part(part, is_small_allowed=not is_first and len(parts) == 1) for part in parts)


def _part(part: str, *, is_small_allowed: bool) -> str:
    lower = part.lower()
    if is_small_allowed and lower in _SMALL:
        return lower
    if part in _SHORT_FORMS or part in _DIRECTIONS or re.fullmatch(r"(\w\.){2,}", part):
        return part
    return _OWN_SPELLING.get(lower, lower[:1].upper() + lower[1:])

"""Reading a narrative: where it names a danger, and where it plainly answers a screening question.

Words are compared without case, accents or hidden characters, whole word by whole word,
so that "grape" is not a rape and "Bates" is not a bat. Positions are those of the text as
it was written, so that the coordinator sees the words marked.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from app.triage.lexicon import DANGER_WORDS, DENIALS

# Each hidden character or accent becomes a mark that belongs to a word and folds away, so
# positions hold.
_MARK = "\u0300"
_HIDDEN_CATEGORIES = frozenset({"Cf", "Mn", "Me"})
_WORD = re.compile(r"[^\W_](?:[^\W_]|\u0300)*(?:['’](?:[^\W_]|\u0300)+)?")
# "Is he calm? No. Weapons seen" denies nothing: an answer stands in one piece.
_BROKEN = re.compile(r"[.,!;\n]|\bno\s*[-–—:?]\s", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """A found phrase: its kind and where it stands in the text."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """What a narrative says of danger, and which questions it answers with a plain no."""

    dangers: tuple[Span, ...]
    denials: tuple[Span, ...]
    word_count: int


class _Word(NamedTuple):
    folded: str
    start: int
    end: int


def read(narrative: str) -> Reading:
    """Find dangers and plain denials; a danger word inside a denial is part of the answer."""
    words = list(_words(narrative))
    denials = tuple(
        span
        for span in _find(words, _phrases_of_denials())
        if not _BROKEN.search(narrative, span.start, span.end)
    )
    answered = {position for span in denials for position in range(span.start, span.end)}
    dangers = tuple(span for span in _find(words, _phrases_of_danger()) if span.start not in answered)
    told = sum(word.start not in answered for word in words)  # "no weapons" tells nothing of what goes on
    return Reading(dangers, denials, told)


def _words(text: str) -> Iterator[_Word]:
    """The words of a text, folded. Hidden characters inside a word do not hide it."""
    for match in _WORD.finditer(_with_marks(text)):
        yield _Word(fold(match.group()).removesuffix("'s"), match.start(), match.end())


def _with_marks(text: str) -> str:
    if text.isascii():
        return text
    return "".join(_MARK if unicodedata.category(one) in _HIDDEN_CATEGORIES else one for one in text)


def fold(word: str) -> str:
    """A word as the lists compare it: compatible form, no accents, no case, straight apostrophe."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return plain.casefold().replace("’", "'")


def _find(words: list[_Word], phrases: dict[str, list[tuple[tuple[str, ...], str]]]) -> Iterator[Span]:
    position = 0
    while position < len(words):
        for phrase, kind in phrases.get(words[position].folded, ()):
            found = words[position : position + len(phrase)]
            if tuple(word.folded for word in found) == phrase:
                yield Span(kind, found[0].start, found[-1].end)
                position += len(phrase) - 1
                break
        position += 1


def _by_first_word(table: dict[str, tuple[str, ...]]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Phrases by their first word, longest first, so that a narrative is walked once."""
    index: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, phrases in table.items():
        for phrase in phrases:
            folded = tuple(fold(word) for word in _WORD.findall(phrase))
            index.setdefault(folded[0], []).append((folded, kind))
    for found in index.values():
        found.sort(key=lambda entry: -len(entry[0]))
    return index


@cache
def _phrases_of_danger() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    return _by_first_word(DANGER_WORDS)


@cache
def _phrases_of_denials() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    return _by_first_word(DENIALS)

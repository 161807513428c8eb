"""Reading a narrative: where it names a danger, and where it plainly answers a screening question.

Words are compared without case, accents or hidden characters, whole word by whole word,
so that "grape" is not a rape and "Bates" is not a bat. Positions are those of the text as
it was written, so that the coordinator sees the words marked.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from app.triage.lexicon import DANGER_WORDS, DENIALS

# Each hidden character or accent becomes a mark that belongs to a word and folds away, so
# positions hold.
_MARK = "\u0300"
_HIDDEN_CATEGORIES = frozenset({"Cf", "Mn", "Me"})
_WORD = re.compile(r"[^\W_](?:[^\W_]|\u0300)*(?:['’](?:[^\W_]|\u0300)+)?")
_LOWER_ASCII_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)?")  # the same for most text, twice as fast
# "Is he calm? No. Weapons seen" denies nothing: an answer stands in one piece.
_BROKEN = re.compile(r"[.,!;\n]|\bno\s*[-–—:?]\s", re.IGNORECASE)

_Phrases = dict[str, list[tuple[list[str], str]]]
"""By their first word: each phrase, folded, and its kind."""


class Span(NamedTuple):
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


class _Words:
    """The words of a text, folded. Hidden characters inside a word do not hide it."""

    def __init__(self, text: str) -> None:
        if text.isascii():
            self._marked, self._pattern = text.lower(), _LOWER_ASCII_WORD
            found = self._pattern.findall(self._marked)
        else:
            self._marked, self._pattern = _with_marks(text), _WORD
            found = [fold(word) for word in self._pattern.findall(self._marked)]
        self.folded = [word.removesuffix("'s") for word in found]

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where each word stands in the text as it was written."""
        return [match.span() for match in self._pattern.finditer(self._marked)]


def read(narrative: str) -> Reading:
    """Find dangers and plain denials; a danger word inside a denial is part of the answer."""
    words = _Words(narrative)
    denials = tuple(
        span
        for span in _find(words, _phrases_of_denials())
        if not _BROKEN.search(narrative, span.start, span.end)
    )
    answered = {position for span in denials for position in range(span.start, span.end)}
    dangers = tuple(span for span in _find(words, _phrases_of_danger()) if span.start not in answered)
    # "no weapons" tells nothing of what goes on
    told = sum(start not in answered for start, _ in words.spans) if answered else len(words.folded)
    return Reading(dangers, denials, told)


def _with_marks(text: str) -> str:
    return "".join(_MARK if unicodedata.category(one) in _HIDDEN_CATEGORIES else one for one in text)


def fold(word: str) -> str:
    """A word as the lists compare it: compatible form, no accents, no case, straight apostrophe."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return plain.casefold().replace("’", "'")


def _find(words: _Words, phrases: _Phrases) -> Iterator[Span]:
    position = 0
    for start in [number for number, word in enumerate(words.folded) if word in phrases]:
        if start < position:
            continue  # inside a phrase that was found
        for phrase, kind in phrases[words.folded[start]]:
            if words.folded[start : start + len(phrase)] == phrase:
                position = start + len(phrase)
                yield Span(kind, words.spans[start][0], words.spans[position - 1][1])
                break


def _by_first_word(table: dict[str, tuple[str, ...]]) -> _Phrases:
    """Phrases by their first word, longest first, so that a narrative is walked once."""
    index: _Phrases = {}
    for kind, phrases in table.items():
        for phrase in phrases:
            folded = [fold(word) for word in _WORD.findall(phrase)]
            index.setdefault(folded[0], []).append((folded, kind))
    for found in index.values():
        found.sort(key=lambda entry: -len(entry[0]))
    return index


@cache
def _phrases_of_danger() -> _Phrases:
    return _by_first_word(DANGER_WORDS)


@cache
def _phrases_of_denials() -> _Phrases:
    return _by_first_word(DENIALS)

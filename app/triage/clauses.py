"""Where a narrative's sentences, clauses and entries end, by its marks."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.triage.words import Word

# A full stop ends a sentence only before a space or the end: "W/O", "3.5" and "p.m." hold together.
_ENDS = re.compile(r"[.!?](?=\s|[\"'”’)]|$)|[;\n\r¡¿。！？؛؟։…*]|\s[/|]{1,2}\s|\.\.+")
_PAUSES = re.compile(r"[,:()\[\]\"“”«»，、،：—–]|\s-\s|--")
# What begins another entry: "2)", "[2]", "#2", "b)", "[14:32]", "14:32:07", a rule of dashes, a bullet.
_ENTRY = re.compile(
    r"(?<!\S)(?:\(?\d{1,2}\)|\(?[a-h]\)|\[\d{1,2}\]|#\d{1,2}\b|[\[(]\d{1,2}:\d{2}(?::\d{2})?[\])]"
    r"|\d{1,2}:\d{2}:\d{2}\b|(?:-{3,}|={2,}|~{2,}|_{3,}|-*>+|[•·▪●■►‣◦])(?!\S))",
    re.IGNORECASE,
)


class Marks(NamedTuple):
    """The numbers of the words after which a sentence ends, there is a pause, or another entry begins."""

    ends: frozenset[int]
    pauses: frozenset[int]
    entries: frozenset[int]


def marks_of(text: str, words: Sequence[Word]) -> Marks:
    """The marks between the words of a text."""
    ends, pauses = set(), set()
    for number, word in enumerate(words):
        until = words[number + 1].start if number + 1 < len(words) else len(text)
        between = text[word.end : until]
        if between.isspace() and "\n" not in between:
            continue
        if _ENDS.search(between):
            ends.add(number)
        elif _PAUSES.search(between):
            pauses.add(number)
    starts = [word.start for word in words]
    entries = frozenset(bisect_left(starts, match.start()) - 1 for match in _ENTRY.finditer(text))
    return Marks(frozenset(ends), frozenset(pauses), entries)


def sentences(word_count: int, marks: Marks) -> Iterator[range]:
    """The numbers of the words of each sentence, in order."""
    first = 0
    for last in sorted({*marks.ends, word_count - 1}):
        yield range(first, last + 1)
        first = last + 1

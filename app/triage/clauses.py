"""Where a narrative's sentences and clauses end, by its marks."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.triage.words import Word

# A full stop ends a sentence only before a space or the end: "W/O", "3.5" and "p.m." hold together.
_ENDS = re.compile(r"[.!?](?=\s|[\"'”’)]|$)|[;\n\r¡¿。！？؛؟։…*]|\s[/|]{1,2}\s|\.\.+")
_PAUSES = re.compile(r"[,:()\[\]\"“”«»，、،：—–]|\s-\s|--")


class Marks(NamedTuple):
    """The numbers of the words after which a sentence ends, and after which there is a pause."""

    ends: frozenset[int]
    pauses: frozenset[int]


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
    return Marks(frozenset(ends), frozenset(pauses))

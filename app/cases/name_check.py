"""A look through a note for words that may name a person. It warns; it never blocks or changes a word."""

import re
from collections.abc import Iterable

from app.cases.pseudonyms import BIRDS, TREES

_COMMON = """
    I English Spanish Korean Armenian Tagalog Chinese Farsi Vietnamese Russian Arabic
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    January February March April May June July August September October November December
    Street Avenue Boulevard Road Drive Park Library School Church Station Los Angeles City County
    North South East West
"""
KNOWN = frozenset(word.casefold() for word in (*BIRDS, *TREES, *_COMMON.split()))

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SENTENCE_END = frozenset('.!?:;\n•–—"“”«»(')
_NUMBER = re.compile(r"\+?\d[\d\s().-]{5,}\d")


def words_like_names(text: str, known: Iterable[str] = ()) -> list[str]:
    """Words that begin with a capital inside a sentence and are no bird, tree or place.

    The first word of a sentence cannot be told apart, so it is left out: the check helps
    a person who forgot, and is no proof that a note holds no name.
    """
    allowed = KNOWN | {part.casefold() for word in known for part in _WORD.findall(word)}
    found: dict[str, None] = {}
    for match in _WORD.finditer(text):
        word = re.sub(r"['’]s$", "", match.group())
        if (
            _is_capitalised(word)
            and word.casefold() not in allowed
            and not _begins_sentence(text, match.start())
        ):
            found[word] = None
    return list(found)


def holds_long_number(text: str) -> bool:
    """Whether a note holds a run of digits as long as a phone number."""
    return any(sum(sign.isdigit() for sign in run) >= 7 for run in _NUMBER.findall(text))


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() and not word.isupper()


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t")
    return not before or before[-1] in _SENTENCE_END

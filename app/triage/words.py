"""The words of a narrative as the policy reads them: without case, accents or disguise.

A word may be written with hidden characters, letters of another alphabet, figures for
letters ("kn1fe"), letters apart ("g u n") or as a picture. All are read; positions stay those
of the text as it was written, so that the coordinator sees the words marked.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple


class Word(NamedTuple):
    """A word: how it is compared, and where it stands in the text."""

    folded: str
    start: int
    end: int


# A hidden character or accent belongs to its word and folds away; figures may stand for letters.
_MARK = "\u0300"
_HIDDEN = frozenset({"Cf", "Mn", "Me", "Mc"})
# "o'clock" is one word; Chinese has no spaces, so each of its signs is a word.
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]"
    r"|(?:[^\W_\u3040-\u30ff\u3400-\u9fff]{1,2}[@$!|](?=[^\W_]))?"  # "b@t", "kn!fe", never "knife@door"
    r"[^\W_\u3040-\u30ff\u3400-\u9fff](?:[^\W_\u3040-\u30ff\u3400-\u9fff]|\u0300)*"
    r"(?:['’][^\W_]+)?"
    r"|[\U0001f300-\U0001faff\u2600-\u27bf]"
)
_PICTURES = {
    "🔫": "gun",
    "🔪": "knife",
    "🗡": "knife",
    "⚔": "knife",
    "🪓": "axe",
    "🔨": "hammer",
    "💣": "bomb",
    "🧨": "bomb",
    "🔥": "fire",
    "💊": "overdose",
    "💉": "syringe",
    "🩸": "blood",
    "☠": "dead",
    "💀": "dead",
    "⚰": "dead",
    "🆘": "help",
    "🥊": "punch",
}
# Letters of other alphabets that look like ours, where they stand among ours.
_LOOK_ALIKES = str.maketrans("аеорсухіјѕԁһԍкмтвнοανρικτυβηϲɑɩ", "aeopcyxijsdhgkmtbhoavpiktubhcai")
# What Unicode calls a letter of ours with something about it: small, turned, struck through, in a box.
_OURS = re.compile(r"(?:LATIN|INDICATOR) (?:\w+ )*?LETTER (?:[\w-]+ )*?([A-Z])(?: WITH .*)?\Z")
_FIGURES = str.maketrans("013457@$!|", "oieastasil")
_LATIN = re.compile(r"[a-z]")
_FIGURE_AMONG_LETTERS = re.compile(
    r"[a-z][013457@$!|]+[a-z]|^[013457@$!|][a-z]{2}|[a-z]{2}[@$!|]+$|[a-z]{4}[034]$"
)
# "guuunnn" is a gun; "killll" keeps two at its end, and "shoooot" two within.
_DRAWN_OUT = re.compile(r"(.)\1{2,}(\b)?")
_TWO_AT_THE_END, _TWO_WITHIN = frozenset("ls"), frozenset("oe")
_LONE_WORDS = frozenset("aiyoeu")
_PERSIAN = str.maketrans("يىكةؤأإ", "ییکهواا")


def words_of(text: str) -> list[Word]:
    """Every word of a text, in order."""
    marked = text if text.isascii() else "".join(map(_plain, text))
    found = [Word(fold(match[0]), *match.span()) for match in _TOKEN.finditer(marked)]
    return list(_with_letters_joined(found, text)) if _has_lone_letters(found) else found


@lru_cache(maxsize=5_000)
def _plain(sign: str) -> str:
    """A hidden sign as a mark, a letter in a circle as the letter; one sign stays one."""
    if unicodedata.category(sign) in _HIDDEN:
        return _MARK
    if sign.isalnum():
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 and plain.isalnum() else _as_ours(sign)


@lru_cache(maxsize=5_000)
def _as_ours(sign: str) -> str:
    """The plain letter of ours that a sign is by its name; else the sign."""
    match = _OURS.search(unicodedata.name(sign, ""))
    return match[1].lower() if match else sign


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """A word as phrases compare it: compatible form, no accents, no case, no disguise."""
    if not word.isascii():
        if word in _PICTURES:
            return _PICTURES[word]
        decomposed = unicodedata.normalize("NFKD", word.replace("’", "'"))
        word = "".join(letter for letter in decomposed if unicodedata.category(letter) not in _HIDDEN)
        word = "".join(one if one.isascii() else _as_ours(one) for one in word.casefold())
        word = unicodedata.normalize("NFC", word).translate(_PERSIAN)
        alike = word.translate(_LOOK_ALIKES)
        if _LATIN.search(alike) and (_LATIN.search(word) or alike.isascii()):
            word = alike
    word = word.lower().removesuffix("'s")
    if not word.isalpha() and _FIGURE_AMONG_LETTERS.search(word):
        word = word.translate(_FIGURES)
    return _DRAWN_OUT.sub(_drawn_in, word) if _LATIN.match(word) else word


def _drawn_in(match: re.Match[str]) -> str:
    doubled = _TWO_WITHIN if match[2] is None else _TWO_AT_THE_END
    return match[1] * (2 if match[1] in doubled else 1)


def fold_text(text: str) -> str:
    """A whole text in lower case without accents, its marks kept."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    return "".join(one for one in plain if unicodedata.category(one) not in _HIDDEN).casefold()


def _has_lone_letters(words: list[Word]) -> bool:
    lone = 0
    for word in words:
        lone = lone + 1 if len(word.folded) == 1 and word.folded.isascii() and word.folded.isalpha() else 0
        if lone == 3:
            return True
    return False


def _with_letters_joined(words: list[Word], text: str) -> Iterator[Word]:
    """Three or more letters that stand alone in a row are read as the word they spell."""
    row: list[Word] = []
    for word in [*words, Word("", len(text), len(text))]:
        if len(word.folded) == 1 and word.folded.isascii() and word.folded.isalpha():
            row.append(word)
            continue
        if len(row) > 3 and row[0].folded in _LONE_WORDS:  # "he has a g u n"
            yield row.pop(0)
        if len(row) >= 3:
            yield Word("".join(one.folded for one in row), row[0].start, row[-1].end)
        else:
            yield from row
        row = []
        if word.folded:
            yield word

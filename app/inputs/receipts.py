"""The receipt: four words that open an answer, without an account.

Each language has at least 1,024 words, so four of them hold 40 bits or more. With the limit
on tries (`rules.RECEIPT_TRIES`) a guesser from one address needs about 1,500 years to open
one of a thousand inputs, and 15 years with a hundred thousand.

The words are made from a number that the form itself carries, so that a form sent twice
shows the same receipt. They are never kept: only a fingerprint is.
"""

import secrets
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from app.vault.keyring import fingerprint

WORD_COUNT = 4
LEAST_WORDS = 1_024
_FOLDER = Path(__file__).parent / "words"
_DIGITS_OF_A_WORD = 16
# One form for letters that keyboards write in two ways; joiners and lengthened strokes are no letters.
_SAME_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "\u200c": "", "\u200d": "", "ـ": ""})


def new_form_id() -> str:
    """The number a form carries: 128 random bits."""
    return secrets.token_urlsafe(16)


def form_fingerprint(form_id: str) -> str:
    """What is kept of a form, to know it when it comes again."""
    return fingerprint("input form", form_id)


@cache
def words_of(language: str) -> tuple[str, ...]:
    """The words of a language; of English where a language has none."""
    path = _FOLDER / f"{language}.txt"
    found = path if path.exists() else _FOLDER / "en.txt"
    return tuple(found.read_text(encoding="utf-8").split())


def receipts_for(form_id: str, language: str) -> Iterator[tuple[str, ...]]:
    """The receipts that belong to a form: the first, and more for when another form has that one."""
    words, number = words_of(language), 0
    while True:
        digest = fingerprint("receipt words", f"{form_id}|{number}")
        parts = (
            digest[start : start + _DIGITS_OF_A_WORD] for start in range(0, len(digest), _DIGITS_OF_A_WORD)
        )
        yield tuple(words[int(part, 16) % len(words)] for part in parts)
        number += 1


def receipt_fingerprint(words: str) -> str:
    """What is kept of a receipt: the same for any case, accent, spacing, sign or keyboard."""
    return fingerprint("receipt", " ".join(parts_of(words)))


def parts_of(written: str) -> list[str]:
    """The words of a receipt as they are compared: what stands between them is left out."""
    return "".join(letter if letter.isalpha() else " " for letter in fold(written)).split()


def fold(word: str) -> str:
    """A word as it is compared: no accents, no case, no half or full width, one form for each letter."""
    decomposed = unicodedata.normalize("NFKD", word).translate(_SAME_LETTERS)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


def is_receipt(words: str) -> bool:
    """Whether this could be a receipt at all."""
    return len(parts_of(words)) == WORD_COUNT


def is_guess(words: str) -> bool:
    """Whether these are words that a receipt of today is made of: only with those can one be guessed."""
    return is_receipt(words) and set(parts_of(words)) <= _all_words()


@cache
def _all_words() -> frozenset[str]:
    files = sorted(_FOLDER.glob("*.txt"))
    return frozenset(part for file in files for word in words_of(file.stem) for part in parts_of(word))

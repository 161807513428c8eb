"""The receipt: four words that open an answer, without an account.

Each language has 256 short words, so four of them hold 32 bits; with the limit on tries
(accounts/attempts.py) a guesser from one address would need about 800 years to meet one of
a thousand receipts. The words are made from a number that the form itself carries, so that
sending a form twice shows the same receipt, and they are never kept: only a fingerprint is.
"""

import secrets
import unicodedata
from functools import cache
from pathlib import Path

from app.vault.sealing import fingerprint

WORD_COUNT = 4
_FOLDER = Path(__file__).parent / "words"
_SAME_LETTERS = str.maketrans({"ي": "ی", "ك": "ک", "ة": "ه", "أ": "ا", "إ": "ا", "\u200c": ""})


def new_form_id() -> str:
    """The number a form carries: 128 random bits."""
    return secrets.token_urlsafe(16)


@cache
def words_of(language: str) -> tuple[str, ...]:
    """The 256 words of a language; of English where a language has none."""
    path = _FOLDER / f"{language}.txt"
    found = path if path.exists() else _FOLDER / "en.txt"
    return tuple(found.read_text(encoding="utf-8").split())


def receipt_for(form_id: str, language: str) -> tuple[str, ...]:
    """The receipt that belongs to a form."""
    digest = bytes.fromhex(fingerprint("receipt words", form_id))
    words = words_of(language)
    return tuple(words[byte % len(words)] for byte in digest[:WORD_COUNT])


def receipt_fingerprint(words: str) -> str:
    """What is kept of a receipt: the same for any case, accent, spacing or keyboard."""
    return fingerprint("receipt", " ".join(fold(word) for word in words.split()))


def fold(word: str) -> str:
    """A word as it is compared: no accents, no case, one form for letters that look alike."""
    decomposed = unicodedata.normalize("NFKD", word.translate(_SAME_LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


def is_receipt(words: str) -> bool:
    """Whether this could be a receipt at all."""
    return len(words.split()) == WORD_COUNT

"""Words from outside, made safe to keep: one normal form, no control characters."""

import unicodedata

_ALLOWED_CONTROLS = frozenset("\n\t\r")
# Marks that reorder or hide text. Joiners stay: Farsi and Armenian words need them.
_HIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u2028\u2029")


def has_forbidden_characters(text: str) -> bool:
    """Whether text holds control characters, lone surrogates or hidden reordering marks."""
    if text.isascii() and text.isprintable():
        return False  # most text, and twenty times faster than looking at each character
    return any(map(_is_forbidden, text))


def without_forbidden(text: str) -> str:
    """The words alone, where a hidden character is no reason to refuse all that came with them."""
    return "".join(character for character in text if not _is_forbidden(character))


def _is_forbidden(character: str) -> bool:
    return character in _HIDDEN or (
        character not in _ALLOWED_CONTROLS and unicodedata.category(character) in {"Cc", "Cs"}
    )


def tidy(text: str) -> str:
    """The same words in one Unicode form (NFC), without space at the ends."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()

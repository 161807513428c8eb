"""The words a service is found by: one plain form for what is kept and for what is asked."""

import unicodedata
from collections.abc import Mapping
from typing import Any


def plain(text: str) -> str:
    """Small letters without accents, so that `Jose` finds `José` on every database."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def search_words(service: Mapping[str, Any], organization_name: str) -> str:
    """Everything about a service that a person may type to find it."""
    parts = [service.get("name"), service.get("alternate_name"), organization_name]
    parts += service.get("topics") or []
    parts.append(service.get("description"))
    return plain("\n".join(part for part in parts if part))


def like_pattern(word: str) -> str:
    """The word anywhere, its own `%` and `_` meaning themselves (escape: backslash)."""
    escaped = plain(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"

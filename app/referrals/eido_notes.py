"""The words of an EIDO's notes: HTML from outside, kept as words only."""

import html
import re
from collections.abc import Sequence

import nh3

from app.foundation.text import has_forbidden_characters, tidy
from app.referrals.eido_parts import Notes
from app.referrals.payloads import MAX_NARRATIVE, InvalidPayload, PayloadProblem

_BLOCK_END = re.compile(r"</(?:p|div|li|tr|h\d)>|<br\s*/?>", re.IGNORECASE)


def words_of(notes: Sequence[Notes]) -> str:
    """All notes. Refused when too long: cut, a danger at the end would go unread."""
    words = "\n".join(filter(None, (_plain(note.comments, number) for number, note in enumerate(notes))))
    if len(words) > MAX_NARRATIVE:
        raise InvalidPayload(PayloadProblem("/notesComponent", "string-too-long"))
    return words


def _plain(fragment: str, number: int) -> str:
    """The words of one note: no markup, no scripts, lines kept, no hidden characters."""
    without_tags = nh3.clean(_BLOCK_END.sub("\n", fragment), tags=set())
    words = html.unescape(without_tags)
    if has_forbidden_characters(words):
        pointer = f"/notesComponent/{number}/notesActionComments"
        raise InvalidPayload(PayloadProblem(pointer, "forbidden-characters"))
    return tidy(words)

"""What may become of an input, and by when a resident gets an answer. Pure."""

import re
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l

from app.foundation.errors import DomainError
from app.foundation.office import LOS_ANGELES
from app.inputs.models import InputState

ANSWER_DAYS = 21
"""A resident gets an answer within three weeks; the page says so before they write."""
FLOOD_LIMIT = 20
"""From one address within a quarter of an hour; what comes beyond waits apart and is read too."""
RECEIPT_TRIES = 20
"""Wrong receipts from one address within a quarter of an hour, before it has to wait."""

WAITING = (InputState.RECEIVED, InputState.READING, InputState.OVERFLOW)
_NEW = (InputState.RECEIVED, InputState.OVERFLOW)
_DECIDED = (InputState.PUBLISHED, InputState.KEPT_PRIVATE, InputState.SET_ASIDE, InputState.WITHDRAWN)
_MOVES: dict[InputState, tuple[InputState, ...]] = {
    **dict.fromkeys(_NEW, (InputState.READING, *_DECIDED)),
    InputState.READING: (InputState.RECEIVED, *_DECIDED),
    InputState.PUBLISHED: (InputState.KEPT_PRIVATE, InputState.SET_ASIDE, InputState.WITHDRAWN),
    InputState.KEPT_PRIVATE: (InputState.SET_ASIDE, InputState.WITHDRAWN),
    InputState.SET_ASIDE: (InputState.KEPT_PRIVATE, InputState.WITHDRAWN),
}


class CannotMove(DomainError):
    """This input stands elsewhere by now."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody has dealt with this already. Look at how it stands now."))


class NotAllowedToPublish(DomainError):
    """The resident said no to publishing."""

    def __init__(self) -> None:
        super().__init__(_l("The resident asked us not to publish these words."))


class CorrectedSince(DomainError):
    """The author has corrected the words since they were opened here."""

    def __init__(self) -> None:
        super().__init__(_l("The resident has corrected these words. Read them again first."))


class SentBefore(DomainError):
    """This form was sent before, with other words, and somebody has dealt with those."""

    def __init__(self) -> None:
        super().__init__(_l("We have dealt with what you sent before. Send these words as something new."))


# What points at a person's door or phone. Digits of any script count.
_PHONE = re.compile(r"(?<!\d)(?:(?:\+?\d{1,2}[\s.-]?)?\(?\d{3}\)?[\s.-]?)?\d{3}[\s.-]?\d{4}(?!\d)")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_NAME_OF_STREET = r"(?:[A-Z]\w*\.?|\d+(?:st|nd|rd|th))"
_HOUSE = re.compile(
    rf"(?<!\d)\d{{2,5}}\s+(?:[NSEW]\.?\s+)?(?:{_NAME_OF_STREET}\s+){{1,3}}"
    r"(?:St|Street|Ave|Avenue|Blvd|Boulevard|Rd|Road|Dr|Drive|Pl|Place|Way|Ct|Court|Ln|Lane)\b"
)


def has_private_details(words: str) -> bool:
    """Whether words hold a phone number, an e-mail address or the number of a house."""
    return any(pattern.search(words) for pattern in (_PHONE, _EMAIL, _HOUSE))


def require_seen(revision: int, seen: int) -> None:
    """Whoever decides has read the words as they are now."""
    if revision != seen:
        raise CorrectedSince


def require_move(state: InputState, to: InputState, *, may_publish: bool) -> None:
    """Refuse a move that does not follow, and any publishing that the author did not allow."""
    if to is InputState.PUBLISHED and not may_publish:
        raise NotAllowedToPublish
    if to not in _MOVES.get(state, ()):
        raise CannotMove


def answer_due_on(sent_at: datetime) -> date:
    """The last day for an answer, on the Los Angeles calendar."""
    return (sent_at.astimezone(LOS_ANGELES) + timedelta(days=ANSWER_DAYS)).date()

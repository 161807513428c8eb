"""What may become of an input, and by when a resident gets an answer. Pure."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.foundation.errors import DomainError
from app.inputs.models import InputState

ANSWER_DAYS = 21
"""A resident gets an answer within three weeks; the page says so before they write."""
FLOOD_LIMIT = 20
"""From one address within a quarter of an hour; what comes beyond waits apart and is read too."""

WAITING = (InputState.RECEIVED, InputState.OVERFLOW)
_MOVES: dict[InputState, tuple[InputState, ...]] = {
    **dict.fromkeys(
        WAITING,
        (InputState.PUBLISHED, InputState.KEPT_PRIVATE, InputState.SET_ASIDE, InputState.WITHDRAWN),
    ),
    InputState.PUBLISHED: (InputState.KEPT_PRIVATE, InputState.SET_ASIDE, InputState.WITHDRAWN),
    InputState.KEPT_PRIVATE: (InputState.SET_ASIDE, InputState.WITHDRAWN),
    InputState.SET_ASIDE: (InputState.KEPT_PRIVATE, InputState.WITHDRAWN),
}


class CannotMove(DomainError):
    """This input stands elsewhere by now."""

    def __init__(self) -> None:
        super().__init__("Somebody has dealt with this already. Look at how it stands now.")


class NotAllowedToPublish(DomainError):
    """The resident said no to publishing."""

    def __init__(self) -> None:
        super().__init__("The resident asked us not to publish these words.")


def require_move(state: InputState, to: InputState, *, may_publish: bool) -> None:
    """Refuse a move that does not follow, and any publishing that the author did not allow."""
    if to is InputState.PUBLISHED and not may_publish:
        raise NotAllowedToPublish
    if to not in _MOVES.get(state, ()):
        raise CannotMove


def answer_due_on(sent_at: datetime) -> date:
    """The last day for an answer, on the Los Angeles calendar."""
    return (sent_at.astimezone(ZoneInfo("America/Los_Angeles")) + timedelta(days=ANSWER_DAYS)).date()

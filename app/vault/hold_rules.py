"""When a legal hold may be proposed, confirmed and released. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from app.foundation.errors import DomainError
from app.vault.hold_models import HoldState

LONGEST = timedelta(days=180)
MOST_RECORDS = 20
_ID = re.compile(r"[0-9a-hjkmnp-tv-z]{26}")

# From where to where; a proposal that nobody confirmed can be dropped by anybody.
_WAYS: dict[HoldState, tuple[HoldState, ...]] = {
    HoldState.PROPOSED: (HoldState.HELD, HoldState.DROPPED),
    HoldState.HELD: (HoldState.RELEASE_PROPOSED,),
    HoldState.RELEASE_PROPOSED: (HoldState.RELEASED, HoldState.HELD),
}
# Who did the step before may not do this one: it takes two.
_BY_ANOTHER = (HoldState.HELD, HoldState.RELEASED)


class HoldRefused(DomainError):
    """A hold cannot be as it was asked for; the words say why."""

    status = 422
    code = "hold-refused"


class SecondPersonNeeded(DomainError):
    """The same person cannot do both halves of it."""

    status = 409
    code = "second-person-needed"

    def __init__(self) -> None:
        super().__init__(_l("This takes a second person. Ask a colleague to do it."))


class CannotMove(DomainError):
    """Somebody else was faster, or the hold has ended."""

    status = 409
    code = "cannot-move"

    def __init__(self) -> None:
        super().__init__(_l("This hold has moved on. Look at it again."))


def read_ids(typed: str) -> list[str]:
    """The record ids of a form, one on a line; raises `HoldRefused` for anything that is not exactly that."""
    ids = list(dict.fromkeys(line.strip().lower() for line in typed.splitlines() if line.strip()))
    if not ids:
        raise HoldRefused(_l("Write the id of each record, one on a line."))
    if len(ids) > MOST_RECORDS:
        raise HoldRefused(_l("At most %(most)d records in one hold.", most=MOST_RECORDS))
    if any(not _ID.fullmatch(one) for one in ids):
        raise HoldRefused(
            _l("A hold names exact records by their ids: no names, no numbers, no “all”. Check each line.")
        )
    return ids


def require_end(ends_at: datetime, now: datetime) -> None:
    """A hold ends by itself, at the latest in 180 days; whoever needs longer asks again."""
    if not now < ends_at <= now + LONGEST:
        raise HoldRefused(_l("Choose an end within %(days)d days from now.", days=LONGEST.days))


def require_alive(named: Sequence[str], alive: Sequence[str]) -> None:
    """Each record must be there and not destroyed."""
    if set(named) - set(alive):
        raise HoldRefused(
            _l("One of these records does not exist or is destroyed already: nothing is left to hold.")
        )


def require_move(before: HoldState, to: HoldState, *, before_by: str, by: str, is_over: bool) -> None:
    """Whether this person may move a hold from there to here."""
    if is_over or to not in _WAYS.get(before, ()):
        raise CannotMove
    is_taken_back = before is HoldState.RELEASE_PROPOSED and to is HoldState.HELD
    if to in _BY_ANOTHER and not is_taken_back and before_by == by:
        raise SecondPersonNeeded

"""What is never taken into the directory, and what we believe about room in a service."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.directory.models import CapacityState

STALE_AFTER = timedelta(days=5)

# design.md 4: a directory may ask; we do not keep what it asks of a person's papers or past.
_NEVER_KEPT = re.compile(
    r"""immigra | nationalit | citizen | \bvisa\b | country\ of\ origin | \bssn\b | social\ security
    | passport | incarcerat | criminal | probation | parole | convict | arrest | \btax\ id\b
    | religio | \brace\b | racial | ethnic | substance | addiction | \bgang""",
    re.VERBOSE | re.IGNORECASE,
)


def is_never_kept(column: str) -> bool:
    """Whether a column of a directory asks for what could hurt someone and is left out unread."""
    return bool(_NEVER_KEPT.search(re.sub(r"[_\-./]+", " ", column)))


class Room(StrEnum):
    """Whether a service can take people now, as far as we know."""

    OPEN = "open"
    WAITLIST = "waitlist"
    FULL = "full"
    NOT_SURE = "not_sure"


@dataclass(frozen=True)
class RoomNow:
    """What we believe, the places it named, and how old the word is. No word: never said."""

    room: Room
    places: int | None = None
    said_at: datetime | None = None


def room_now(
    state: CapacityState | None, places: int | None, said_at: datetime | None, now: datetime
) -> RoomNow:
    """The last word counts for five days; after that nobody should be sent on the strength of it."""
    if state is None or said_at is None:
        return RoomNow(Room.NOT_SURE)
    if now - said_at > STALE_AFTER:
        return RoomNow(Room.NOT_SURE, None, said_at)
    return RoomNow(Room(state.value), places if state is CapacityState.OPEN else None, said_at)

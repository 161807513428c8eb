"""The weekly review: which of last week's looks an auditor is shown. Pure.

Two of a hundred looks by a person at what somebody told us or who somebody is, drawn at
random and the same for everybody who asks again. Nobody can know beforehand which: the draw
is keyed, and a look's id is random. Source: security.md T-01.
"""

import heapq
import math
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from app.audit.catalogue import What

SHARE = 0.02
LOOKS = (
    What.CASE_LOOKED_AT,
    What.CASE_NAMES_SHOWN,
    What.CASE_PHOTO_SHOWN,
    What.CASE_PLACE_SHOWN,
    What.HANDOFF_READ,
    What.INPUT_READ,
    What.REFERRAL_READ,
)
MOST_DRAWN = 500
"""More than an auditor reads in a week; a city with 25,000 looks a week draws so many."""


def week_of(day: date) -> date:
    """The Monday that a day's week begins on."""
    return day - timedelta(days=day.weekday())


def week_before(day: date) -> date:
    """The Monday of the last whole week."""
    return week_of(day) - timedelta(days=7)


def draw(entry_ids: Iterable[str], count: int, key: Callable[[str], str]) -> list[str]:
    """The ids that are drawn of `count`, in the order of the draw; `key` says the keyed lot of an id."""
    size = min(math.ceil(count * SHARE), MOST_DRAWN)
    return heapq.nsmallest(size, entry_ids, key=key)

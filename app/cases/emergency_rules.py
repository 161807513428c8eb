"""When a case may be opened in an emergency (break-glass). Pure; `now` is passed in.

A lead asks for a case of their own organization; somebody of another organization agrees; it is open
for an hour (security.md B, scope b). Nobody agrees to their own asking.
"""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from app.foundation.errors import DomainError
from app.roster.lanes import Lane

OPEN_FOR = timedelta(minutes=60)
WAITS_FOR = timedelta(minutes=60)
"""Nobody agreed for so long: it was no emergency, or there was another way."""
OFTEN_WITHIN = timedelta(days=30)
MOST_OPENINGS = 3
"""More of one person within 30 days come before the auditor, each one (security.md B.6)."""
PRIVILEGED_LANES = frozenset({Lane.MEDIATION, Lane.RESTORATIVE})
"""What is said in a mediation is for nobody but those in it (Evid. Code 1119; security.md B)."""


class CannotAgree(DomainError):
    """Somebody of the same organization, or the one who asked."""

    code = "cannot-agree"

    def __init__(self) -> None:
        super().__init__(_l("Somebody of another organization has to agree."))


class AskedAlready(DomainError):
    """The same lead has asked for this case, and it waits or is open."""

    code = "asked-already"

    def __init__(self) -> None:
        super().__init__(_l("You have asked for this case already."))


class NoLongerAsked(DomainError):
    """It was decided, given up, or waited too long."""

    code = "no-longer-asked"

    def __init__(self) -> None:
        super().__init__(_l("This was decided already, or waited for more than an hour. Ask again."))


def require_other(
    *, asked_by_id: str, asked_of: str | None, agreed_by_id: str, agreed_of: str | None
) -> None:
    """Two people of two organizations (`*_of`: the id of theirs; None is the office itself)."""
    if asked_by_id == agreed_by_id or asked_of == agreed_of:
        raise CannotAgree


def waits(*, asked_at: datetime, is_decided: bool, now: datetime) -> bool:
    """Whether somebody may still agree."""
    return not is_decided and now - asked_at < WAITS_FOR


def shows_notes(lane: Lane) -> bool:
    """Whether an emergency opens what was written down in a case: never where it was said in a mediation."""
    return lane not in PRIVILEGED_LANES

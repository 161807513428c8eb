"""How long a sign-in holds, and when a person must show again that it is them. Pure.

Twelve hours at most and fifteen minutes without a sign of the person: what NIST SP 800-63B
asks of its third level, since a phone that lies open shows who asked for help. What a page
asks for by itself is no sign of a person. One may be signed in on as many devices as one likes
at once: a phone and a desk are both work, and each stands in the person's own list, to be ended.
"""

from datetime import datetime, timedelta
from enum import StrEnum

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=15)
FRESH = timedelta(minutes=5)
LIMITED_FOR = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)
"""A sign of the person is written at most this often; so a sign-in may end a minute early, never late."""


class Way(StrEnum):
    """What a person showed to sign in."""

    PASSKEY = "passkey"
    TOTP = "totp"
    RECOVERY = "recovery"
    PASSWORD = "password"  # noqa: S105 the name of a way, not a password
    INVITATION = "invitation"


class End(StrEnum):
    """Why a sign-in ended."""

    SIGNED_OUT = "signed_out"
    LEFT = "left"
    IDLE = "idle"
    TOO_LONG = "too_long"
    REVOKED = "revoked"
    WAYS_CHANGED = "ways_changed"
    BY_ADMIN = "by_admin"
    REPLACED = "replaced"


def is_limited(way: Way, *, is_demo: bool) -> bool:
    """Whether this way leads only to the pages where a person sets up a way that is enough by itself.

    A password alone is one factor, which is enough for an invented city only.
    """
    return way in {Way.RECOVERY, Way.INVITATION} or (way is Way.PASSWORD and not is_demo)


def may_renew(way: Way, *, is_limited: bool) -> bool:
    """Whether a person sets a new password without the old one: they showed a code and more."""
    return is_limited and way is Way.RECOVERY


def end_of(*, made_at: datetime, last_seen_at: datetime, is_limited: bool, now: datetime) -> End | None:
    """Why a sign-in has ended by itself; None while it holds."""
    if now - made_at >= (LIMITED_FOR if is_limited else LONGEST):
        return End.TOO_LONG
    if now - last_seen_at >= IDLE:
        return End.IDLE
    return None


def is_worth_noting(last_seen_at: datetime, now: datetime) -> bool:
    """Whether a sign of the person is written now."""
    return now - last_seen_at >= SEEN_EVERY


def seconds_left(*, made_at: datetime, last_seen_at: datetime, is_limited: bool, now: datetime) -> int:
    """How many seconds a sign-in holds when nothing more is seen of the person; 0 when it has ended."""
    longest = LIMITED_FOR if is_limited else LONGEST
    ends_at = min(made_at + longest, last_seen_at + IDLE)
    return max(int((ends_at - now).total_seconds()), 0)


def is_fresh(verified_at: datetime | None, *, is_limited: bool, now: datetime) -> bool:
    """Whether a person has shown lately that it is them.

    A limited sign-in is: it is short, it reaches nothing else, and it has no way yet to show it again.
    """
    return is_limited or (verified_at is not None and now - verified_at < FRESH)

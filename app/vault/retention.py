"""The retention table: what is kept, from when its clock runs, for how long, and what happens then.

The table is data, read by the sweep, the office's page, the page for everybody and the tests.
The rules are pure: `now` is passed in. Source of the periods: security.md A.4, unless a row says
otherwise; the office may shorten them by a change here, reviewed like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """Each thing that is kept for a time."""

    CALL_TOLD = "call_told"
    CALLBACK_FINGERPRINT = "callback_fingerprint"
    CALLBACK_KEY = "callback_key"
    MESSAGE_DIGEST = "message_digest"
    CASE = "case"
    PARTY = "party"
    FOLLOW_UP = "follow_up"
    FIELD_LOG = "field_log"
    CASE_PHOTO = "case_photo"
    FIELD_PHOTO = "field_photo"
    HANDOFF = "handoff"
    INPUT_SET_ASIDE = "input_set_aside"
    INPUT_WORDS = "input_words"
    MESSAGE_OUT = "message_out"
    FAILED_ATTEMPT = "failed_attempt"
    SIGN_IN_NOTICE = "sign_in_notice"
    SIGN_IN = "sign_in"
    RECOVERY_REQUEST = "recovery_request"
    INVITATION = "invitation"
    AUDIT = "audit"


class ClockFrom(StrEnum):
    """The moment from which the time of a kind is counted."""

    BEGAN = "began"
    TAKEN_OR_ENDED = "taken_or_ended"
    """Our yes to a call; where nobody said yes, its end."""
    ENDED = "ended"


class Then(StrEnum):
    """What happens when the time is over."""

    KEY_DESTROYED = "key_destroyed"
    """The key of its sealed fields is destroyed; a tombstone stays."""
    CLEARED = "cleared"
    """The column is emptied; the row stays for counts."""
    DELETED = "deleted"


@dataclass(frozen=True)
class Rule:
    """One row of the table. `tables` are those that its rows and columns stand in."""

    kind: Kind
    counted_from: ClockFrom
    kept_for: timedelta
    then: Then
    source: str
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What a rule needs to know of one record."""

    began_at: datetime
    """When it came, or when something was last added under a new key."""
    taken_at: datetime | None = None
    """When a person here said yes; None while it waits for that, or for dispatch to take it back."""
    ended_at: datetime | None = None
    """When the work with it ended; None while it is open."""


_A4 = "security.md A.4"
_OFFICE = "decision of the office, to be read by the City Attorney"

RULES: tuple[Rule, ...] = (
    Rule(
        Kind.CALL_TOLD,
        ClockFrom.TAKEN_OR_ENDED,
        timedelta(hours=24),
        Then.KEY_DESTROYED,
        _A4,
        ("referrals", "referral_messages"),
    ),
    Rule(
        Kind.CALLBACK_FINGERPRINT,
        ClockFrom.BEGAN,
        timedelta(days=90),
        Then.CLEARED,
        _A4,
        ("referrals",),
    ),
    Rule(
        Kind.CALLBACK_KEY,
        ClockFrom.ENDED,
        timedelta(days=90),
        Then.KEY_DESTROYED,
        _A4,
        ("period_keys",),
    ),
    Rule(
        Kind.MESSAGE_DIGEST,
        ClockFrom.BEGAN,
        timedelta(days=30),
        Then.CLEARED,
        "security.md C.4",
        ("referral_messages",),
    ),
    Rule(
        Kind.CASE,
        ClockFrom.ENDED,
        timedelta(days=30),
        Then.KEY_DESTROYED,
        _A4,
        (
            "conflict_cases",
            "contacts",
            "contact_parties",
            "agreements",
            "agreement_items",
            "item_sayings",
            "four_signs",
        ),
    ),
    Rule(
        Kind.PARTY,
        ClockFrom.ENDED,
        timedelta(days=30),
        Then.KEY_DESTROYED,
        _A4,
        ("parties", "party_identities"),
    ),
    Rule(
        Kind.FOLLOW_UP,
        ClockFrom.ENDED,
        timedelta(days=180),
        Then.KEY_DESTROYED,
        _A4,
        ("parties", "party_identities", "follow_up_consents"),
    ),
    Rule(
        Kind.FIELD_LOG,
        ClockFrom.BEGAN,
        timedelta(days=30),
        Then.KEY_DESTROYED,
        _A4,
        ("contacts",),
    ),
    Rule(Kind.CASE_PHOTO, ClockFrom.ENDED, timedelta(days=30), Then.KEY_DESTROYED, _A4, ("case_photos",)),
    Rule(Kind.FIELD_PHOTO, ClockFrom.BEGAN, timedelta(days=30), Then.KEY_DESTROYED, _A4, ("case_photos",)),
    Rule(
        Kind.HANDOFF,
        ClockFrom.ENDED,
        timedelta(days=30),
        Then.KEY_DESTROYED,
        _A4,
        ("handoffs", "handoff_consents", "consent_pictures"),
    ),
    Rule(
        Kind.INPUT_SET_ASIDE,
        ClockFrom.ENDED,
        timedelta(days=30),
        Then.KEY_DESTROYED,
        _OFFICE,
        ("inputs",),
    ),
    Rule(
        Kind.INPUT_WORDS,
        ClockFrom.ENDED,
        timedelta(days=365),
        Then.KEY_DESTROYED,
        _OFFICE,
        ("inputs",),
    ),
    Rule(
        Kind.MESSAGE_OUT,
        ClockFrom.ENDED,
        timedelta(days=30),
        Then.DELETED,
        _OFFICE,
        ("outbox_messages",),
    ),
    Rule(
        Kind.FAILED_ATTEMPT,
        ClockFrom.BEGAN,
        timedelta(days=1),
        Then.DELETED,
        "ASVS 6.3.1",
        ("failed_attempts",),
    ),
    Rule(
        Kind.SIGN_IN_NOTICE,
        ClockFrom.BEGAN,
        timedelta(days=90),
        Then.DELETED,
        "ASVS 6.3.7",
        ("sign_in_notices",),
    ),
    Rule(Kind.SIGN_IN, ClockFrom.BEGAN, timedelta(days=30), Then.DELETED, _OFFICE, ("sign_in_sessions",)),
    Rule(
        Kind.RECOVERY_REQUEST,
        ClockFrom.BEGAN,
        timedelta(days=30),
        Then.DELETED,
        _OFFICE,
        ("recovery_requests",),
    ),
    Rule(Kind.INVITATION, ClockFrom.BEGAN, timedelta(days=30), Then.DELETED, _OFFICE, ("invitations",)),
    Rule(
        Kind.AUDIT,
        ClockFrom.ENDED,
        timedelta(days=730),
        Then.KEY_DESTROYED,
        _A4,
        ("audit_entries",),
    ),
)
TABLE: Mapping[Kind, Rule] = {rule.kind: rule for rule in RULES}

KEPT_KEY_FILES = timedelta(days=7)
"""How long the keys of a backup may lie about: as long as that, what was destroyed could come back."""
KEPT_BACKUPS = timedelta(days=35)


def clock_start(rule: Rule, facts: Facts) -> datetime | None:
    """From when the time of a record counts; None while its clock does not run.

    What was added under a new key after the old one was destroyed has its whole time.
    """
    if rule.counted_from is ClockFrom.BEGAN:
        return facts.began_at
    taken_at = facts.taken_at if rule.counted_from is ClockFrom.TAKEN_OR_ENDED else None
    start = taken_at or facts.ended_at
    return start and max(start, facts.began_at)


def due_at(kind: Kind, facts: Facts) -> datetime | None:
    """When a record is to go; None while its clock does not run."""
    rule = TABLE[kind]
    start = clock_start(rule, facts)
    return start and start + rule.kept_for


def is_due(kind: Kind, facts: Facts, now: datetime) -> bool:
    """Whether the time of a record is over."""
    due = due_at(kind, facts)
    return due is not None and due <= now


def tables_of(then: Then) -> frozenset[str]:
    """The tables of all rows of the retention table that end this way."""
    return frozenset(table for rule in RULES if rule.then is then for table in rule.tables)

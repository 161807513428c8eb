"""What may happen to a service referral, by whose turn and on whose word. Pure; `now` is passed in.

Nothing leaves and nothing is read without a live consent, and there is no override: no
function here takes one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from flask_babel import lazy_gettext as _l

from app.foundation.errors import DomainError
from app.foundation.office import LOS_ANGELES
from app.handoffs.models import Deed, HandoffState, Share

LONGEST_CONSENT = timedelta(days=365)
USUAL_CONSENT = timedelta(days=90)
CLOCK_RAN_OUT = "clock_ran_out"
CONSENT_WITHDRAWN = "consent_withdrawn"

_NEXT: dict[HandoffState, frozenset[HandoffState]] = {
    HandoffState.DRAFTED: frozenset({HandoffState.SENT, HandoffState.CLOSED}),
    HandoffState.SENT: frozenset({HandoffState.ACCEPTED, HandoffState.REFUSED, HandoffState.WAITLISTED}),
    HandoffState.WAITLISTED: frozenset({HandoffState.ACCEPTED, HandoffState.REFUSED}),
    HandoffState.ACCEPTED: frozenset(
        {HandoffState.FIRST_CONTACT, HandoffState.OUTCOME, HandoffState.REFUSED}
    ),
    HandoffState.FIRST_CONTACT: frozenset({HandoffState.OUTCOME}),
    HandoffState.REFUSED: frozenset({HandoffState.CLOSED}),
    HandoffState.OUTCOME: frozenset({HandoffState.CLOSED}),
    HandoffState.CLOSED: frozenset(),
}
OUR_STATES = frozenset({HandoffState.DRAFTED, HandoffState.REFUSED, HandoffState.OUTCOME})
PARTNER_STATES = frozenset(
    {HandoffState.SENT, HandoffState.ACCEPTED, HandoffState.WAITLISTED, HandoffState.FIRST_CONTACT}
)
SHARED_STATES = PARTNER_STATES | {HandoffState.OUTCOME}
"""While it stands so a partner may read what is shared: not before it is sent, nor after a no or the end."""
ANSWER_BUSINESS_DAYS = 2
_DAYS: dict[HandoffState, int] = {
    HandoffState.DRAFTED: 1,
    HandoffState.ACCEPTED: 3,
    HandoffState.REFUSED: 1,
    HandoffState.WAITLISTED: 14,
    HandoffState.FIRST_CONTACT: 30,
    HandoffState.OUTCOME: 7,
}


class NoConsent(DomainError):
    """The person has not said yes, or no longer."""

    code = "no-consent"

    def __init__(self) -> None:
        super().__init__(_l("Ask the person first. Nothing is shared without their yes."))


class NotNow(DomainError):
    """This step does not follow from where it stands; perhaps somebody was faster."""

    code = "not-possible-now"

    def __init__(self) -> None:
        super().__init__(_l("This service referral has moved on. Look at how it stands now."))


class Turn(StrEnum):
    """Whose turn it is."""

    OURS = "ours"
    PARTNER = "partner"
    RAN_OUT = "ran_out"
    CLOSED = "closed"


class ConsentWord(Protocol):
    """What the rules need to know of a row of consent."""

    @property
    def deed(self) -> Deed: ...
    @property
    def shares(self) -> Sequence[str]: ...
    @property
    def until_on(self) -> date | None: ...


@dataclass(frozen=True)
class LiveConsent:
    """A yes that holds today: what may be shared, and until when."""

    shares: frozenset[Share]
    until_on: date


def day_of(moment: datetime) -> date:
    """The day on a Los Angeles wall."""
    return moment.astimezone(LOS_ANGELES).date()


def live_consent(words: Sequence[ConsentWord], today: date) -> LiveConsent | None:
    """The last word counts, oldest first given; a no, or a yes whose day has passed, is no consent."""
    if not words:
        return None
    last = words[-1]
    if last.deed is not Deed.GIVEN or last.until_on is None or last.until_on < today:
        return None
    shares = frozenset(Share(code) for code in last.shares)
    return LiveConsent(shares, last.until_on) if shares else None


def require_consent(words: Sequence[ConsentWord], today: date) -> LiveConsent:
    """The live consent, or `NoConsent`. Asked at sending and again at every opening."""
    consent = live_consent(words, today)
    if consent is None:
        raise NoConsent
    return consent


def check_terms(shares: Collection[Share], until_on: date, today: date) -> None:
    """A yes says to what, and until a day that is not past and not more than a year ahead."""
    if not shares:
        raise DomainError(_l("Choose at least one thing they agreed to share."), code="nothing-shared")
    if not today <= until_on <= today + LONGEST_CONSENT:
        raise DomainError(_l("Choose a day from today to a year ahead."), code="bad-day")


def packet_for(packet: Mapping[Share, str], consent: LiveConsent) -> dict[Share, str]:
    """Of what is meant for the partner, only what the person agreed to."""
    return {share: words for share, words in packet.items() if share in consent.shares and words}


def check_move(before: HandoffState, after: HandoffState) -> None:
    """A step follows from the one before; nothing is skipped back."""
    if after not in _NEXT[before]:
        raise NotNow


def may_close(state: HandoffState, clock_due_at: datetime | None, now: datetime) -> bool:
    """We close what is ours, and what a partner has left lying; never while a partner is in time."""
    return HandoffState.CLOSED in _NEXT[state] or turn_of(state, clock_due_at, now) is Turn.RAN_OUT


def due_at(state: HandoffState, at: datetime) -> datetime | None:
    """When the next act is due. A partner's answer is counted in business days."""
    if state is HandoffState.SENT:
        return add_business_days(at, ANSWER_BUSINESS_DAYS)
    return at + timedelta(days=_DAYS[state]) if state in _DAYS else None


def add_business_days(at: datetime, days: int) -> datetime:
    """The same hour so many business days later in Los Angeles; from a weekend it counts from Monday."""
    local = at.astimezone(LOS_ANGELES)
    while local.weekday() >= 5:
        local = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(days):
        local += timedelta(days=1)
        while local.weekday() >= 5:
            local += timedelta(days=1)
    return local.astimezone(at.tzinfo)


def turn_of(state: HandoffState, clock_due_at: datetime | None, now: datetime) -> Turn:
    """Whose turn it is. A partner whose clock ran out has lost the turn: it is on the list of the late."""
    if state is HandoffState.CLOSED:
        return Turn.CLOSED
    if state in OUR_STATES:
        return Turn.OURS
    return Turn.RAN_OUT if clock_due_at is not None and clock_due_at <= now else Turn.PARTNER

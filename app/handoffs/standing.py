"""How a service referral stands, as the list says it: state, clock, consent, and the one next act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.handoffs import queries, rules
from app.handoffs.models import Handoff, HandoffState, HandoffStateRow
from app.handoffs.rules import LiveConsent


class NextAct(StrEnum):
    """The one thing to do next, or whom we wait for."""

    ASK = "ask"
    SEND = "send"
    CHOOSE_ANOTHER = "choose_another"
    CLOSE = "close"
    PHONE = "phone"
    WAIT = "wait"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Standing:
    """One line of the list."""

    next_act: NextAct
    consent: LiveConsent | None
    last: HandoffStateRow | None
    seconds_left: int | None

    @property
    def room_again_on(self) -> date | None:
        return self.last.room_again_on if self.last else None


def next_act(state: HandoffState, *, has_consent: bool, is_late: bool) -> NextAct:
    """What comes next. A draft without a yes is asked first; a late partner is phoned."""
    if state is HandoffState.CLOSED:
        return NextAct.NOTHING
    if state is HandoffState.DRAFTED:
        return NextAct.SEND if has_consent else NextAct.ASK
    if state is HandoffState.REFUSED:
        return NextAct.CHOOSE_ANOTHER
    if state is HandoffState.OUTCOME:
        return NextAct.CLOSE
    return NextAct.PHONE if is_late else NextAct.WAIT


def standing_of(handoffs: Sequence[Handoff], now: datetime) -> Mapping[str, Standing]:
    """The standing of each (two queries for all)."""
    words, last = queries.consents_of(handoffs), queries.last_rows_of(handoffs)
    today = rules.day_of(now)
    standings = {}
    for each in handoffs:
        consent = rules.live_consent(words[each.id], today)
        left = int((each.clock_due_at - now).total_seconds()) if each.clock_due_at else None
        act = next_act(each.state, has_consent=consent is not None, is_late=left is not None and left <= 0)
        standings[each.id] = Standing(act, consent, last.get(each.id), left)
    return standings

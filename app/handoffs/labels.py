"""Words on the screen for service referrals."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.handoffs.models import HandoffState, How, Met, RefusalReason, SaidBy, Share
from app.handoffs.rules import Turn

TURN_LABELS: dict[Turn, LazyString] = {
    Turn.OURS: _l("Our turn"),
    Turn.PARTNER: _l("Partner’s turn"),
    Turn.RAN_OUT: _l("Clock ran out"),
    Turn.CLOSED: _l("Closed this month"),
}
STATE_LABELS: dict[HandoffState, LazyString] = {
    HandoffState.DRAFTED: _l("Draft"),
    HandoffState.SENT: _l("Sent, no answer yet"),
    HandoffState.ACCEPTED: _l("They take it"),
    HandoffState.REFUSED: _l("Said no"),
    HandoffState.WAITLISTED: _l("On their waitlist"),
    HandoffState.FIRST_CONTACT: _l("They met"),
    HandoffState.OUTCOME: _l("Outcome came"),
    HandoffState.CLOSED: _l("Closed"),
}
CLOCK_WORDS: dict[HandoffState, LazyString] = {
    HandoffState.DRAFTED: _l("to ask and send"),
    HandoffState.SENT: _l("to answer"),
    HandoffState.ACCEPTED: _l("to first contact"),
    HandoffState.REFUSED: _l("to re-route"),
    HandoffState.WAITLISTED: _l("to look again"),
    HandoffState.FIRST_CONTACT: _l("to say what came of it"),
    HandoffState.OUTCOME: _l("to close"),
}
SHARE_LABELS: dict[Share, LazyString] = {
    Share.NEED: _l("What they need"),
    Share.NAME: _l("The name to call them by"),
    Share.CONTACT: _l("How to reach them safely"),
    Share.LANGUAGE: _l("Their language"),
    Share.AREA: _l("Their area"),
    Share.PICTURES: _l("Pictures"),
}
HOW_LABELS: dict[How, LazyString] = {
    How.ALOUD: _l("Said aloud"),
    How.WRITTEN: _l("In writing"),
}
SAID_BY_LABELS: dict[SaidBy, LazyString] = {
    SaidBy.PERSON: _l("The person"),
    SaidBy.GUARDIAN: _l("A parent or guardian"),
}
REFUSAL_LABELS: dict[RefusalReason, LazyString] = {
    RefusalReason.NO_ROOM: _l("No room"),
    RefusalReason.NOT_FOR_THEM: _l("The service is for others"),
    RefusalReason.OUT_OF_AREA: _l("Outside our area"),
    RefusalReason.PAPERS_MISSING: _l("Papers are missing"),
    RefusalReason.ALREADY_WITH_US: _l("They are with us already"),
    RefusalReason.OTHER: _l("Another reason; phone us"),
}
MET_LABELS: dict[Met, LazyString] = {
    Met.MET: _l("Got help"),
    Met.PARTLY: _l("Got part of it"),
    Met.NOT: _l("Did not get help"),
    Met.UNKNOWN: _l("We do not know"),
}
REASON_LABELS: dict[str, LazyString] = {
    "clock_ran_out": _l("The clock ran out"),
    "consent_withdrawn": _l("The person took back their yes"),
    **{reason.value: label for reason, label in REFUSAL_LABELS.items()},
    **{met.value: label for met, label in MET_LABELS.items()},
}

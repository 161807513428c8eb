"""Words on the board: bays, acts, waits, clocks, and why a call goes back."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.board.rules import Act, Bay, ClockKind, Wait
from app.referrals.link_models import LinkKind
from app.referrals.models import State

BAY_LABELS: dict[Bay, LazyString] = {
    Bay.WAITING: _l("Waiting for a person"),
    Bay.OURS: _l("With us"),
    Bay.BACK: _l("Going back to dispatch"),
}
BAY_NOTES: dict[Bay, LazyString] = {
    Bay.WAITING: _l("Dispatch holds each until someone here says yes."),
    Bay.OURS: _l("A named team answers for each."),
    Bay.BACK: _l("One that shows both owners is ours too, until dispatch says it has it."),
}

ACT_LABELS: dict[Act, LazyString] = {
    Act.ACCEPT: _l("Accept"),
    Act.DECIDE: _l("Decide"),
    Act.OFFER: _l("Offer to the team"),
    Act.GIVE_BACK: _l("Return"),
    Act.READ: _l("Read"),
    Act.SEND: _l("Send someone"),
    Act.PHONE: _l("Phone dispatch"),
    Act.DISPATCH_HAS_IT: _l("Dispatch has it"),
    Act.STAND_DOWN: _l("Stand the team down"),
}
ACT_STARTS: dict[Act, LazyString] = {
    Act.ACCEPT: _l("Dispatch is told your name, and confirms."),
    Act.OFFER: _l("It goes to the rack as an offer. A person still has to accept."),
    Act.GIVE_BACK: _l("Police go. What you learned goes with it."),
    Act.SEND: _l("They see the call from that moment on."),
    Act.PHONE: _l("It has not said that it has the call. Both own it."),
    Act.DISPATCH_HAS_IT: _l("Ends our duty. Press it when a dispatcher has said so."),
    Act.STAND_DOWN: _l("Dispatch took the call back. Make sure that nobody of ours is in danger."),
}

WAIT_LABELS: dict[Wait, LazyString] = {
    Wait.DISPATCH_CONFIRMS: _l("Dispatch confirms"),
    Wait.TEAM_ANSWERS: _l("The team says yes"),
    Wait.TEAM_SETS_OFF: _l("The team sets off"),
    Wait.TEAM_ARRIVES: _l("The team arrives"),
    Wait.TEAM_AT_WORK: _l("The team is there"),
    Wait.CASE_GOES_ON: _l("Clear of the scene"),
    Wait.COORDINATOR: _l("A coordinator decides"),
    Wait.NOTHING: _l("Nothing to do"),
}

STATE_LABELS: dict[State, LazyString] = {
    State.PARKED: _l("Before its call"),
    State.IN_REVIEW: _l("In review"),
    State.OFFERED: _l("Offered"),
    State.ACCEPT_PENDING: _l("Accepted, dispatch confirms"),
    State.ACCEPTED: _l("Ours"),
    State.CONTACTING: _l("On the way"),
    State.ENGAGED: _l("With the people"),
    State.HANDING_BACK: _l("Going back, not yet acknowledged"),
    State.HANDED_BACK: _l("Returned"),
    State.CANCEL_REQUESTED: _l("Dispatch wants it back"),
    State.CANCELLED: _l("Taken back"),
    State.CLOSED: _l("Closed"),
}


@dataclass(frozen=True)
class ClockWords:
    """What a clock says as it grows louder, and what it says when it has run out."""

    calm: LazyString
    due: LazyString
    lapsing: LazyString
    lapsed_left: LazyString
    lapsed: LazyString


_THEN_RETURNS = _l("due, then returns")
CLOCK_WORDS: dict[ClockKind, ClockWords] = {
    ClockKind.TO_ANSWER: ClockWords(
        _l("to answer"), _THEN_RETURNS, _l("lapsing"), _l("Lapsed"), _l("goes back now")
    ),
    ClockKind.TO_DECIDE: ClockWords(
        _l("to decide"), _THEN_RETURNS, _l("lapsing"), _l("Lapsed"), _l("goes back now")
    ),
    ClockKind.RESIDENT_WAITS: ClockWords(
        _l("to answer"), _l("answer due"), _l("answer due"), _l("Late"), _l("a resident waits")
    ),
    ClockKind.TO_CONFIRM: ClockWords(
        _l("for dispatch to confirm"),
        _l("for dispatch to confirm"),
        _l("lapsing"),
        _l("Late"),
        _l("goes back now"),
    ),
    ClockKind.TO_CONTACT: ClockWords(
        _l("to reach them"),
        _l("not reached yet"),
        _l("send someone"),
        _l("Late"),
        _l("nobody has reached them"),
    ),
    ClockKind.THEN_PHONE: ClockWords(
        _l("then phone them"), _l("then phone them"), _l("phone now"), _l("Phone"), _l("dispatch now")
    ),
}

# What happens to a call on the lapse line if nobody acts.
LAPSE_WORDS: dict[State, LazyString] = {
    State.IN_REVIEW: _l("If nobody decides, it stays with dispatch and police are sent."),
    State.OFFERED: _l("If nobody accepts, it stays with dispatch and police are sent."),
    State.ACCEPTED: _l("Send somebody now. If nobody reaches the people, the call goes back."),
    State.CONTACTING: _l("Our team is late. Reach them, or send somebody else."),
    State.HANDING_BACK: _l("Phone dispatch. Our team stays until it has the call."),
}

# Why a person here gives a call back. The code goes to dispatch.
RETURN_LABELS: dict[str, LazyString] = {
    "judged_unsafe": _l("It is not safe for us to go"),
    "no_team_free": _l("Nobody can come in time"),
    "language_not_covered": _l("Nobody here speaks the language"),
    "partners": _l("They are a couple, or have been"),
    "declined": _l("Another reason"),
}
HAND_BACK_LABELS: dict[str, LazyString] = {
    "danger_on_scene": _l("Danger was seen or heard"),
    "help_asked": _l("The team asked for help"),
    "judged_unsafe": _l("It is not safe for us to go"),
    "no_team_free": _l("Nobody can come in time"),
    "declined": _l("Another reason"),
}

LINK_LABELS: dict[LinkKind, LazyString] = {
    LinkKind.PARENT: _l("This one came of it"),
    LinkKind.CHILD: _l("It came of this one"),
    LinkKind.RELATED: _l("Related"),
    LinkKind.UNLINK: _l("No longer linked"),
    LinkKind.REPLACING: _l("This one takes its place"),
    LinkKind.REPLACED: _l("It takes the place of this one"),
    LinkKind.SPLIT: _l("One was split from the other"),
}

"""The tables of the developers' page, each from the numbers that the code obeys."""

from dataclasses import dataclass

from app.delivery.ladder import ACCEPTED_KIND, HAND_BACK_KIND, LIVE_KINDS, wait_after
from app.referrals import rules
from app.referrals.models import CallKind, State


@dataclass(frozen=True)
class Clock:
    """One clock: while what, how long for each kind of call, and what happens when it runs out."""

    state: str
    while_what: str
    live: str
    callback: str
    then: str


def in_words(seconds: int) -> str:
    """A length of time as one says it."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size and seconds % (size // 2) == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds} s"


def clocks() -> list[Clock]:
    """Every clock of a call, in the order that a call meets them, for a centre that has none of its own."""
    said = (
        (State.PARKED, None, "An update waits for its call", "handed_back, reason no_create"),
        (State.IN_REVIEW, None, "A person here reads it", "handed_back, reason clock_ran_out"),
        (State.OFFERED, None, "A person here says yes or no", "handed_back, reason clock_ran_out"),
        (State.ACCEPT_PENDING, None, "You confirm our yes", "handing_back, reason not_confirmed"),
        (State.ACCEPTED, None, "Somebody sets out or makes contact", "accepted again, reason no_contact_yet"),
        (State.ACCEPTED, rules.NO_CONTACT, "The same, offered again", "handing_back, reason no_contact"),
        (State.CONTACTING, None, "Somebody is on the way", "accepted again, reason no_contact_yet"),
        (
            State.HANDING_BACK,
            None,
            "You acknowledge the hand-back",
            "a person here phones you; both own it on",
        ),
    )
    return [
        Clock(
            state.value,
            what,
            live=_length(state, CallKind.LIVE, reason),
            callback=_length(state, CallKind.CALLBACK, reason),
            then=then,
        )
        for state, reason, what, then in said
    ]


def _length(state: State, kind: CallKind, reason: str | None) -> str:
    seconds = rules.clock_seconds(state, rules.DEFAULTS[kind], reason)
    return in_words(seconds) if seconds else "none"


def repeats() -> dict[str, str]:
    """After how long a callback comes again: a hand-back until acknowledged, any other until a 2xx."""
    then = "then it is a person's turn"
    return {
        f"{HAND_BACK_KIND}, until you acknowledge": f"{_waits(HAND_BACK_KIND)}, and so on at the last pace",
        f"{', '.join(sorted(LIVE_KINDS))}, without a 2xx": f"{_waits(ACCEPTED_KIND)}; {then}",
        "all others, without a 2xx": f"{_waits('others')}; {then}",
    }


def _waits(kind: str) -> str:
    """The first waits, a steady pace once."""
    found: list[str] = []
    for attempt_count in range(1, 13):
        wait = wait_after(kind, attempt_count)
        said = in_words(int(wait.total_seconds())) if wait else ""
        if said and said != (found or [""])[-1]:
            found.append(said)
    return ", ".join(found)

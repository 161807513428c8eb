"""The end of a run: the line is mended, nothing new is offered, and every call is brought to an end.

Only then can the centre say of each call where it stands, and whom it would blame.
"""

from time import monotonic, sleep

from app.demo.contract import BOTH, Lie
from app.demo.dispatch import Dispatch
from app.demo.held import End, Held

LOOK_TRIES = 3
PAUSE_SECONDS = 0.3


def close_down(centre: Dispatch, seconds: float) -> None:
    """Bring every call to its end, in so many seconds at most; then judge, and stop the agenda."""
    if centre.is_closing:
        return
    centre.is_closing = True
    if centre.line:
        centre.line.mend()
    ends_at = monotonic() + seconds
    centre.take_all_back()
    while monotonic() < ends_at and not centre.agenda.stop.is_set() and not all_at_rest(centre):
        sleep(PAUSE_SECONDS)
        centre.take_all_back()
        centre.look_after()
    judge(centre)
    centre.agenda.stop.set()


def all_at_rest(centre: Dispatch) -> bool:
    """Whether nothing more is to come of any call, nor of what is still being said."""
    return not centre.talk.is_speaking and all(
        _is_at_rest(held, centre) for held in centre.ledger.list_ours()
    )


def _is_at_rest(held: Held, centre: Dispatch) -> bool:
    if held.is_over or (held.end is End.OWNED and held.custody != BOTH):
        return True
    if held.referral_id:
        return False
    is_said = "cancel" in held.doing and centre.talk.takes_incident_numbers
    return held.end is End.KEPT and not is_said


def judge(centre: Dispatch) -> None:
    """Look at every call once more, read the list of changes to its end, and name what does not fit."""
    ours = centre.ledger.list_ours()
    before = centre.talk.answer_count
    told = [held for held in ours if held.referral_id]
    for held in told:
        centre.talk.look(held)
    is_alive = centre.talk.answer_count > before
    for held in (held for held in told if held.is_silent and is_alive):
        if not centre.talk.look(held, tries=LOOK_TRIES):
            centre.talk.blame(held, Lie.NO_ANSWER)
    _compare(centre, ours)
    for held in centre.ledger.unannounced(monotonic()):
        if not (centre.line and centre.line.has_swallowed(held.referral_id)):
            centre.talk.blame(held, Lie.UNANNOUNCED)


def _compare(centre: Dispatch, ours: list[Held]) -> None:
    """The list of changes against the calls. The list may lag a little, and calls may move meanwhile."""
    ends_at = monotonic() + centre.habits.list_seconds
    while True:
        is_read = centre.changes.read()
        differing = {held.number: (held, lie) for held in ours if (lie := centre.changes.differs(held))}
        if not differing or monotonic() > ends_at:
            break
        sleep(PAUSE_SECONDS)
        for held, _ in differing.values():
            centre.talk.look(held)
    for held, lie in differing.values() if is_read else ():
        centre.talk.blame(held, lie)

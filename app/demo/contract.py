"""What the centre may expect of the office: states, their owners, the arrows between them. Pure.

Written from the contract alone, and never from the office's code: a test partner that shares
the office's rules would share its mistakes. Each way to break it has a name.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

DISPATCH, OFFICE, BOTH = "dispatch", "office", "both"
OWNER_IN: Mapping[str, str] = {
    "parked": DISPATCH,
    "in_review": DISPATCH,
    "offered": DISPATCH,
    "accept_pending": BOTH,
    "accepted": OFFICE,
    "contacting": OFFICE,
    "engaged": OFFICE,
    "handing_back": BOTH,
    "handed_back": DISPATCH,
    "cancel_requested": BOTH,
    "cancelled": DISPATCH,
    "closed": OFFICE,
}
ENDED = frozenset({"handed_back", "cancelled", "closed"})

# From a state to the next: empty, the office goes there by itself; else we must have said this.
_ARROWS: Mapping[str, Mapping[str, str]] = {
    "": {
        "parked": "updates",
        "cancelled": "cancel",
        "in_review": "create",
        "offered": "create",
        "handed_back": "create",
    },
    "parked": {"in_review": "create", "offered": "create", "handed_back": "", "cancelled": "cancel"},
    "in_review": {"offered": "", "handed_back": "", "cancelled": "cancel"},
    "offered": {"in_review": "", "accept_pending": "", "handed_back": "", "cancelled": "cancel"},
    "accept_pending": {"accepted": "confirm", "handing_back": "", "cancel_requested": "cancel"},
    "accepted": {
        "contacting": "",
        "engaged": "",
        "closed": "",
        "handing_back": "",
        "cancel_requested": "cancel",
    },
    "contacting": {
        "accepted": "",
        "engaged": "",
        "closed": "",
        "handing_back": "",
        "cancel_requested": "cancel",
    },
    "engaged": {"closed": "", "handing_back": "", "cancel_requested": "cancel"},
    "handing_back": {"handed_back": "handback-ack"},
    "cancel_requested": {"cancelled": "", "handing_back": ""},
}
# What the office says of its own accord when it changes the owner, and the callback that says it.
ANNOUNCED = {"accept_pending": "accepted", "handing_back": "handing_back", "cancelled": "cancelled"}


class Lie(StrEnum):
    """How an office breaks the contract, as the centre can see it."""

    NOBODY = "nobody_owns"
    NOT_CONFIRMED = "office_without_confirm"
    ONE_STEP = "handed_back_in_one_step"
    NO_ARROW = "no_such_arrow"
    WRONG_OWNER = "wrong_owner"
    NO_CUSTODY = "no_custody"
    FORGOTTEN = "forgotten"
    NO_ANSWER = "no_answer"
    UNKNOWN_CALL = "unknown_call"
    UNANNOUNCED = "unannounced_change"
    TWO_REFERRALS = "two_referrals"
    WRONG_CALL = "wrong_call"
    REFUSED = "refused"
    BOOKS_DIFFER = "books_differ"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Lie.NOBODY: "we let go, and the office says it is ours",
    Lie.NOT_CONFIRMED: "the office says it owns a call that we did not confirm",
    Lie.ONE_STEP: "after its yes the office ended the call without our word",
    Lie.NO_ARROW: "the contract has no way to this state",
    Lie.WRONG_OWNER: "the owner does not belong to the state",
    Lie.NO_CUSTODY: "it does not say who owns the call",
    Lie.FORGOTTEN: "the office does not know a call that it took",
    Lie.NO_ANSWER: "the office answers, but never about this call",
    Lie.UNKNOWN_CALL: "a callback about a call that we never offered",
    Lie.UNANNOUNCED: "the owner changed and no message said so",
    Lie.TWO_REFERRALS: "one call became two referrals",
    Lie.WRONG_CALL: "the answer speaks of another call",
    Lie.REFUSED: "the office refused what the contract lets us say",
    Lie.BOOKS_DIFFER: "the list of changes and the call itself say different things",
}


@dataclass(frozen=True)
class View:
    """How a call stands, as the office says."""

    state: str
    custody: str


def lies_in(view: View) -> list[Lie]:
    """What is wrong with one word of the office by itself, whatever came before."""
    if view.custody not in {DISPATCH, OFFICE, BOTH}:
        return [Lie.NO_CUSTODY]
    if view.state not in OWNER_IN:
        return [Lie.NO_ARROW]
    return [] if OWNER_IN[view.state] == view.custody else [Lie.WRONG_OWNER]


def can_become(before: str, after: str, said: Collection[str]) -> bool:
    """Whether the office can have come from one state to another, given what it may have heard of us.

    States in between may have passed unseen.
    """
    reached, todo = {before}, [before]
    while todo:
        for to, needs in _ARROWS.get(todo.pop(), {}).items():
            if to not in reached and (not needs or needs in said):
                reached.add(to)
                todo.append(to)
    return after in reached


def name_of(before: str, view: View, said: Iterable[str]) -> Lie:
    """The name of a change that the contract has no way for."""
    if view.custody == OFFICE and "confirm" not in said:
        return Lie.NOT_CONFIRMED
    if view.custody == DISPATCH and OWNER_IN.get(before) in {OFFICE, BOTH}:
        return Lie.ONE_STEP
    return Lie.NO_ARROW

"""Every message that we send to dispatch about its calls: when, and what dispatch does with it. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Callback:
    """One message from us to your callback address."""

    type: str
    summary: str
    about: str
    facts: tuple[str, ...] = ()
    settled_by: str = ""
    """The member of the answer's JSON that settles it when it is `true`; empty where nothing is to settle."""


CALLBACKS: tuple[Callback, ...] = (
    Callback(
        "referral.accepted",
        "A person here has said yes",
        "Record it, then confirm by `POST …/confirm` within the clock, or at once in your answer: a 2xx"
        ' whose JSON says `{"confirmed": true}`. A bare 2xx means only that it came.',
        ("accepted_by",),
        settled_by="confirmed",
    ),
    Callback(
        "referral.handing_back",
        "We give the call back; both own it until you say that you have it",
        "Take the call back in your own book first, then `POST …/handback-ack`, or answer with a 2xx whose"
        ' JSON says `{"acknowledged": true}`. A bare 2xx means only that it came: we say it again until you'
        " acknowledge. Once you have taken the call back, older answers count for nothing.",
        settled_by="acknowledged",
    ),
    Callback(
        "referral.handed_back",
        "The call is yours, as it always was",
        "Nobody here had said yes. Nothing to answer but a 2xx.",
    ),
    Callback(
        "referral.cancelled",
        "A person here has agreed to your cancel",
        "Nobody of ours is on the scene. The call is yours alone.",
    ),
    Callback(
        "referral.closed",
        "Our work with the call is over",
        "With its disposition, in our word and as NENA's code, and nothing of what was said.",
        ("disposition", "disposition_code"),
    ),
)


@dataclass(frozen=True)
class Conveyed:
    """What comes instead of some callbacks about a call that you offered by EIDO Conveyance."""

    key: str
    summary: str
    about: str
    instead_of: tuple[str, ...]
    settled_by: str = ""


CONVEYED: tuple[Conveyed, ...] = (
    Conveyed(
        "response",
        "How your request stands: our yes, or that the call is yours",
        "Under the `requestId` of your `requestForService`. Code 200 is our yes, and both own the call:"
        " record it, then confirm by a `response` with 200 under the same id, or at once in your answer: a"
        ' 2xx whose JSON says `{"confirmed": true}`. Code 603 says that the call is yours alone.',
        ("referral.accepted", "referral.handed_back", "referral.cancelled"),
        settled_by="confirmed",
    ),
    Conveyed(
        "requestForService",
        "We give the call back; both own it until you say that you have it",
        "With an id of our own and the whole EIDO. Take the call back in your own book first, then send a"
        ' `response` with 200 under our id, or answer with a 2xx whose JSON says `{"acknowledged": true}`.'
        " Any other code is kept and ends nothing: we say it again until you acknowledge.",
        ("referral.handing_back",),
        settled_by="acknowledged",
    ),
    Conveyed(
        "requestAwareness",
        "Our work with the call is over",
        "With an id of our own and the whole EIDO, its disposition in it. Nothing to answer but a 2xx.",
        ("referral.closed",),
    ),
)

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
        "With its disposition, and nothing of what was said.",
        ("disposition",),
    ),
)

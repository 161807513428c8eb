"""Every message that we send to dispatch about its calls: when, and what dispatch does with it. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Callback:
    """One message from us to your callback address."""

    type: str
    summary: str
    about: str
    facts: tuple[str, ...] = ()


CALLBACKS: tuple[Callback, ...] = (
    Callback(
        "referral.accepted",
        "A person here has said yes",
        "Record it, then confirm by `POST …/confirm` within the clock. A 2xx to this callback means only that"
        " it came.",
        ("accepted_by",),
    ),
    Callback(
        "referral.handing_back",
        "We give the call back; both own it until you say that you have it",
        "Take the call back in your own book first, then `POST …/handback-ack`. A 2xx to this callback means"
        " only that it came. Once you have taken the call back, older answers count for nothing.",
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

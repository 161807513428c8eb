"""How long to wait before the next attempt, by the kind of message. Pure."""

from datetime import timedelta
from random import Random

HAND_BACK_KIND = "referral.handing_back"
WATCH_KIND = "watch.phone_dispatch"
ACCEPTED_KIND = "referral.accepted"

# Said again until it is acknowledged, whatever the receiver answers, and never given up:
# somebody may be alone until dispatch has the call (security.md C.2).
REPEATED_SECONDS = {
    HAND_BACK_KIND: (2, 4, 8, 15, 15, 30, 60),
    WATCH_KIND: (60,),
}
# A watch that could not be reached is not left for a minute.
WATCH_MISSED_SECONDS = (2, 4, 8, 15, 30, 60)
# What changes who answers for a live call matters within seconds; after that patience, for two days.
LIVE_KINDS = frozenset({ACCEPTED_KIND, "referral.handed_back", "referral.cancelled"})
PATIENT_SECONDS = (60, 300, 1_800, 7_200, 21_600, 43_200, 86_400)
LIVE_SECONDS = (1, 2, 4, 8, 15, *PATIENT_SECONDS)
OTHER_SECONDS = (5, 15, *PATIENT_SECONDS)
# Those who wait for the same receiver come back a little apart, and never later than said.
SPREAD = 0.2


def is_repeated(kind: str) -> bool:
    """Whether being received is not enough: only an acknowledgement ends it."""
    return kind in REPEATED_SECONDS


def wait_after(kind: str, attempt_count: int) -> timedelta | None:
    """The wait after this many attempts, the last of them failed; None when it is a person's turn."""
    if kind == WATCH_KIND:
        return _step(WATCH_MISSED_SECONDS, attempt_count)
    if is_repeated(kind):
        return repeat_after(kind, attempt_count)
    waits = LIVE_SECONDS if kind in LIVE_KINDS else OTHER_SECONDS
    return None if attempt_count > len(waits) else _step(waits, attempt_count)


def repeat_after(kind: str, attempt_count: int) -> timedelta:
    """The wait after a repeated message was received and not acknowledged; the last pace stays."""
    return _step(REPEATED_SECONDS[kind], attempt_count)


def spread(wait: timedelta, dice: Random) -> timedelta:
    """The same wait, up to a fifth shorter."""
    return wait * dice.uniform(1 - SPREAD, 1)


def _step(waits: tuple[int, ...], attempt_count: int) -> timedelta:
    return timedelta(seconds=waits[min(attempt_count, len(waits)) - 1])

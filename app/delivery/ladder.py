"""How long to wait before the next attempt, by the kind of message."""

from datetime import timedelta

# A hand-back is repeated fast: somebody may be alone until dispatch has it (security.md C.2).
HAND_BACK_SECONDS = (0, 2, 4, 8, 15, 15, 30, 60)
# Everything else: quickly at first, then patiently, for about two days.
PATIENT_SECONDS = (5, 15, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400)
HAND_BACK_KIND = "referral.handing_back"


def wait_after(kind: str, attempt_count: int) -> timedelta | None:
    """The wait after this many failed attempts; None when it is a person's turn.

    A hand-back is never given up: after the last step it repeats at that step's pace.
    """
    if kind == HAND_BACK_KIND:
        return timedelta(seconds=HAND_BACK_SECONDS[min(attempt_count, len(HAND_BACK_SECONDS) - 1)])
    if attempt_count > len(PATIENT_SECONDS):
        return None
    return timedelta(seconds=PATIENT_SECONDS[attempt_count - 1])

"""Calls about somebody merely being somewhere.

Nobody is sent to look at a person for being there (triage.md 5.5, security.md D.6): who they are or
seem to be, and standing, walking or looking, are no conduct. Such a call goes to a person,
who asks what the one called about is doing.
"""

from app.triage.policy import Kind, Then
from app.triage.reading import Reading

TOLD_OF_CALM = 3
"""Who tells of calm in so many ways tells of what somebody does."""


def only_somebody_being_there(reading: Reading) -> bool:
    """Whether a narrative gives who somebody is, or that they do not belong, and no conduct."""
    if reading.of(Kind.CONDUCT) or any(one.then is Then.RETURN for one in reading.findings):
        return False
    if len({one.phrase.concept.name for one in reading.of(Kind.SAFE)}) >= TOLD_OF_CALM:
        return False
    if reading.of(Kind.IDENTITY):
        return True
    return bool(reading.of(Kind.DESCRIPTOR) and reading.of(Kind.PRESENCE))

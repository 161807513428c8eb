"""Calls about somebody merely being somewhere.

Nobody is sent to look at a person for being there (triage.md 5.5, security.md D.6): who they are or
seem to be, and standing, walking or looking, are no conduct. Such a call goes to a person,
who asks what the one called about is doing.
"""

from app.triage.policy import Kind, Then
from app.triage.reading import Reading

TOLD_OF_CALM = 3
"""Who tells of calm in so many ways tells of what somebody does."""
WANTS_POLICE = "wants_police"
"""No danger: whoever wants police sent to somebody for being there is asked first, as anybody is."""
NOTHING_DONE = "nothing_done"
"""The concept of phrases that say so: "he is just sitting there"."""


def only_somebody_being_there(reading: Reading) -> bool:
    """Whether a narrative gives who somebody is, or that they do not belong, and no conduct.

    Where it says itself that nothing is done, a word that looks like conduct changes nothing.
    """
    dangers = (one for one in reading.findings if one.then is Then.RETURN)
    if any(one.phrase.concept.reason != WANTS_POLICE for one in dangers):
        return False
    presence = {one.phrase.concept.name for one in reading.of(Kind.PRESENCE)}
    is_told_of, is_judged = bool(reading.of(Kind.DESCRIPTOR)), bool(reading.of(Kind.IDENTITY))
    if NOTHING_DONE in presence and is_judged:
        return True
    return (is_judged or (is_told_of and bool(presence))) and not _tells_of_conduct(reading)


def _tells_of_conduct(reading: Reading) -> bool:
    calm = {one.phrase.concept.name for one in reading.of(Kind.SAFE)}
    return bool(reading.of(Kind.CONDUCT)) or len(calm) >= TOLD_OF_CALM

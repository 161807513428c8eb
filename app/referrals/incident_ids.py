"""The names of incidents. One incident may be written in two ways, and stays one."""

import re
from hashlib import sha256
from string import ascii_lowercase, ascii_uppercase

from app.foundation.text import tidy

_TRACKING = "urn:emergency:uid:incidentid:"
# NENA asks for 10 to 32 letters and digits. Those of 32 are ours, so no number is like one of them.
_PLAIN = re.compile(r"[0-9a-z]{10,31}")
_OURS = 32
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def one_spelling(incident_id: str) -> str:
    """An incident's name as we keep and look for it.

    NENA's tracking identifiers are the same whatever their case: centres write `incidentid`
    and `Incidentid`. A centre's own number stays as it is; there, case may tell two apart. Only the
    letters that such an identifier is made of are changed, so that none grows.
    """
    tidied = tidy(incident_id)
    return tidied.translate(_SMALL) if is_tracking_id(tidied) else tidied


def is_tracking_id(incident_id: str) -> bool:
    """Whether a name is NENA's tracking identifier, and not a centre's own number."""
    return incident_id[: len(_TRACKING)].casefold() == _TRACKING


def tracking_id(number: str, agency: str) -> str:
    """A tracking identifier for a number that a centre gave without one; two numbers never share one.

    The number itself stands in it where it can. Else what would be left of it, without its dashes
    and capitals, could be another's: a digest of it stands there.
    """
    digest = sha256(number.encode()).hexdigest()[:_OURS]
    return f"{_TRACKING}{number if _PLAIN.fullmatch(number) else digest}:{agency.casefold()}"


def name_of_withdrawn(request_id: str) -> str:
    """What stands for the incident of a request that was withdrawn before it came: nobody knows it yet."""
    return f"urn:common-ground:withdrawn:{sha256(request_id.encode()).hexdigest()}"

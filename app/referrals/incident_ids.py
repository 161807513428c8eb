"""The names of incidents. One incident may be written in two ways, and stays one."""

from hashlib import sha256
from string import ascii_lowercase, ascii_uppercase

from app.foundation.text import tidy

_TRACKING = "urn:emergency:uid:incidentid:"
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
    """A tracking identifier for a number that a centre gave without one."""
    plain = "".join(letter for letter in number if letter.isascii() and letter.isalnum())
    return one_spelling(f"{_TRACKING}{plain[:32].ljust(10, '0')}:{agency}")


def name_of_withdrawn(request_id: str) -> str:
    """What stands for the incident of a request that was withdrawn before it came: nobody knows it yet."""
    return f"urn:common-ground:withdrawn:{sha256(request_id.encode()).hexdigest()}"

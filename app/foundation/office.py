"""Who we are to other agencies: the name of the host at our public address.

Set once when the app is made, as the keys of the vault are, because messages are written
where no request is.
"""

from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
"""The city's own time: what a day, an hour and a shift are."""

_named = {"agency": "localhost"}


def name_office(public_url: str) -> None:
    """Take our name from the address that the world reaches us at."""
    _named["agency"] = urlsplit(public_url).hostname or "localhost"


def agency_id() -> str:
    """Our agency identifier, in the form that NENA asks for."""
    return _named["agency"]

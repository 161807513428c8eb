"""Where an EIDO's incident is: its own place before the caller's, and never a tower."""

from collections.abc import Sequence

from app.referrals.eido_codes import PLACES_OF_INCIDENT
from app.referrals.eido_parts import Location
from app.referrals.pidf import MAX_ADDRESS, PidfLocation, read_pidf


def place_of(locations: Sequence[Location]) -> PidfLocation:
    """The first place that can be used, in words and as a point."""
    usable = sorted(
        (one for one in locations if one.kind in PLACES_OF_INCIDENT),
        key=lambda one: PLACES_OF_INCIDENT[one.kind],
    )
    found = [(one, read_pidf(one.by_value or "")) for one in usable]
    best = next((both for both in found if both[1].lat is not None or both[1].address), None)
    if best is None:
        return PidfLocation(address=_first_words(usable) or _first_words(locations))
    location, place = best
    words = place.address or _corner(location) or location.description
    return PidfLocation(place.lat, place.lon, words, place.street, place.reach_m)


def _first_words(locations: Sequence[Location]) -> str:
    """What people call the place, where nothing else is known of it."""
    return next((words for one in locations if (words := _corner(one) or one.description)), "")


def _corner(location: Location) -> str:
    """The streets that meet there, or the nearest ones."""
    written = location.intersecting or location.cross_streets
    streets = [place.street or place.address for place in map(read_pidf, written)]
    return " / ".join(dict.fromkeys(filter(None, streets)))[:MAX_ADDRESS]

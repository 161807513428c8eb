"""Locations in PIDF-LO, the XML that EIDO carries in a string: a point and a street address.

Parsed without entities, external references or network. What cannot be read counts as no
place, and a call without a place goes to a person.
"""

import math
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MAX_XML = 20_000
# Civic address parts in the order people say them (RFC 4119, 5139).
_STREET_PARTS = ("HNO", "HNS", "PRD", "RD", "STS", "POD")
_CITY_PARTS = ("A3", "A1")


@dataclass(frozen=True)
class PidfLocation:
    """What a PIDF-LO says of the place; either part may be missing."""

    lat: float | None = None
    lon: float | None = None
    address: str = ""


def read_pidf(xml: str) -> PidfLocation:
    """The first point and address of a PIDF-LO; an empty location when it cannot be read."""
    if len(xml) > MAX_XML:
        return PidfLocation()
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return PidfLocation()
    lat, lon = _point(root)
    return PidfLocation(lat, lon, _address(root))


def _point(root: Element) -> tuple[float | None, float | None]:
    """The first `pos`: latitude first, as EPSG 4326 has it."""
    for element in root.iter():
        if _name(element) == "pos":
            try:
                lat, lon, *_ = (float(part) for part in (element.text or "").split())
            except ValueError:
                return None, None
            is_on_earth = math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180
            return (lat, lon) if is_on_earth else (None, None)
    return None, None


def _address(root: Element) -> str:
    parts: dict[str, str] = {}
    for element in root.iter():
        if element.text and element.text.strip():
            parts.setdefault(_name(element), element.text.strip())
    street = " ".join(parts[name] for name in _STREET_PARTS if name in parts)
    city = [parts[name] for name in _CITY_PARTS if name in parts]
    return ", ".join(part for part in (street, *city) if part)[:300] if street else ""


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]

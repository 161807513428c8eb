"""Locations in PIDF-LO, the XML that EIDO carries in a string: where it is, and how exactly.

Parsed without entities, external references or network. What cannot be read counts as no
place, and a call without a place goes to a person. Of a circle, an ellipse or a polygon
(RFC 5491) the centre is taken, and how far from it the place may be.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.foundation.text import tidy, without_forbidden

MAX_XML = 20_000
MAX_ADDRESS = 300
IMPRECISE_METERS = 300
METERS_PER_DEGREE = 111_320
# Civic address parts in the order people say them (RFC 4119, 5139).
_STREET_PARTS = ("HNO", "HNS", "PRD", "RD", "STS", "POD")
_NEAR_PARTS = ("LMK", "NAM", "BLD", "FLR", "UNIT", "LOC")
_CITY_PARTS = ("A3", "A1")
# What tells how far from its centre a shape reaches.
_REACHES = {
    "Point": (),
    "Circle": ("radius",),
    "Sphere": ("radius",),
    "Ellipse": ("semiMajorAxis",),
    "Ellipsoid": ("semiMajorAxis",),
    "ArcBand": ("outerRadius",),
}
_RINGS = frozenset({"Polygon", "Prism"})
_METERS = "9001"
_LATITUDE_FIRST = ("4326", "4979")

_Point = tuple[float, float]


@dataclass(frozen=True)
class PidfLocation:
    """What a PIDF-LO says of the place; either part may be missing.

    `reach_m` is how far from the point the place may be; None where it does not say.
    """

    lat: float | None = None
    lon: float | None = None
    address: str = ""
    street: str = ""
    reach_m: float | None = None

    @property
    def is_imprecise(self) -> bool:
        """Whether the place may be streets away from its point."""
        return self.reach_m is not None and self.reach_m > IMPRECISE_METERS


def read_pidf(xml: str) -> PidfLocation:
    """The first point and address of a PIDF-LO; an empty location when it cannot be read."""
    if len(xml) > MAX_XML:
        return PidfLocation()
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return PidfLocation()
    shape = next((one for one in root.iter() if _name(one) in _REACHES or _name(one) in _RINGS), None)
    point, reach_m = _centre(shape) if shape is not None else (None, None)
    street, address = _address(root)
    lat, lon = point or (None, None)
    return PidfLocation(lat, lon, address, street, reach_m)


def _centre(shape: Element) -> tuple[_Point | None, float | None]:
    """The middle of a shape and how far it reaches. A place in other coordinates is no place."""
    system = shape.get("srsName", "EPSG::4326")
    if not system.endswith(_LATITUDE_FIRST):
        return None, None
    points = list(_points(shape))
    if not points or not all(map(_is_on_earth, points)):
        return None, None
    if _name(shape) in _RINGS:
        return _middle_of_ring(points)
    return points[0], _reach(shape)


def _points(shape: Element) -> Iterator[_Point]:
    """Every position of a shape, latitude first; a broken number is a point on no earth."""
    size = 3 if shape.get("srsDimension") == "3" or shape.get("srsName", "").endswith("4979") else 2
    for element in shape.iter():
        if _name(element) in {"pos", "posList"}:
            numbers = [_number(part) for part in (element.text or "").split()]
            step = len(numbers) if _name(element) == "pos" else size
            if len(numbers) < 2:
                yield math.nan, math.nan
            for start in range(0, len(numbers) - 1, step or 1):
                yield numbers[start], numbers[start + 1]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _is_on_earth(point: _Point) -> bool:
    lat, lon = point
    return math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180


def _middle_of_ring(points: list[_Point]) -> tuple[_Point | None, float | None]:
    corners = list(dict.fromkeys(points))  # a ring ends where it began
    lat, lon = (sum(one[axis] for one in corners) / len(corners) for axis in (0, 1))
    return (lat, lon), max(_meters((lat, lon), corner) for corner in corners)


def _meters(one: _Point, other: _Point) -> float:
    """How far two near points are from each other; on this scale the earth is flat."""
    north = (one[0] - other[0]) * METERS_PER_DEGREE
    east = (one[1] - other[1]) * METERS_PER_DEGREE * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


def _reach(shape: Element) -> float | None:
    """A reach that is written and cannot be read is endless: better too rough than too sure."""
    wanted = _REACHES[_name(shape)]
    if not wanted:
        return None
    found = next((one for one in shape.iter() if _name(one) in wanted), None)
    if found is None or not found.get("uom", _METERS).endswith(_METERS):
        return math.inf
    reach = _number(found.text or "")
    return reach if math.isfinite(reach) and reach >= 0 else math.inf


def _address(root: Element) -> tuple[str, str]:
    """The street alone, and the whole address, of the first civic address."""
    civic = next((one for one in root.iter() if _name(one) == "civicAddress"), None)
    parts: dict[str, str] = {}
    for element in civic if civic is not None else ():
        if words := tidy(without_forbidden(element.text or "")):
            parts.setdefault(_name(element), words)
    street = " ".join(parts[name] for name in _STREET_PARTS if name in parts)
    near = [parts[name] for name in _NEAR_PARTS if name in parts]
    city = [parts[name] for name in _CITY_PARTS if name in parts]
    said = [part for part in (street, *near) if part]
    return street, ", ".join([*said, *city])[:MAX_ADDRESS] if said else ""


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]

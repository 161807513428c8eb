"""Areas for tests: squares with a name."""

from typing import Any

from app.foundation.db import db
from app.places.models import Area
from app.places.names import slug_of
from app.places.queries import POLICE_DIVISION, forget_areas

SIDE = 0.02


def square(lat: float, lon: float, side: float = SIDE) -> dict[str, Any]:
    """A square with its south-west corner at lat, lon."""
    west, south, east, north = lon, lat, lon + side, lat + side
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def make_area(
    name: str = "Southeast",
    *,
    lat: float = 33.93,
    lon: float = -118.26,
    layer: str = POLICE_DIVISION,
    **fields: Any,
) -> Area:
    """An area: a square of 0.02 degrees whose south-west corner is at lat, lon."""
    values = {"slug": slug_of(name), "shape": square(lat, lon), **fields}
    area = Area(layer=layer, name=name, **values)
    db.session.add(area)
    db.session.flush()
    forget_areas()
    return area

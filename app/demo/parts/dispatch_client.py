"""The invented dispatch centre as a client of the hook, and the places its calls come from."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

from shapely import Point
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from app.accounts.actions import create_client
from app.accounts.models import DispatchClient
from app.accounts.purposes import Purpose
from app.audit.trail import SYSTEM
from app.delivery.models import Network
from app.demo.calls import Spot
from app.demo.keys import DispatchKeys
from app.demo.written_eido import CENTRE
from app.foundation.db import db
from app.places.queries import POLICE_DIVISION, list_areas

INSIDE_DEGREES = 0.002  # away from borders, which are a matter of a person's eye


def put_client(keys_path: Path, port: int, spots: Sequence[Spot]) -> tuple[DispatchClient, DispatchKeys]:
    """The centre's client, made once; its callbacks go to the port that it listens on now."""
    url = f"http://127.0.0.1:{port}/"
    kept = _kept(keys_path)
    if kept:
        client, keys = kept
        if client.destination and client.destination.url != url:
            client.destination.url = url
        return client, DispatchKeys(keys.client_id, keys.secret, keys.callback_secret, port, keys.spots)
    made = create_client(
        agency=CENTRE,
        purpose=Purpose.DISPATCH,
        callback_url=url,
        network=Network.THIS_MACHINE,
        actor=SYSTEM,
    )
    keys = DispatchKeys(made.client.id, made.secret, made.callback_secret or "", port, spots)
    return made.client, keys


def _kept(keys_path: Path) -> tuple[DispatchClient, DispatchKeys] | None:
    """What an earlier load left, when this database still knows it."""
    if not keys_path.exists():
        return None
    keys = DispatchKeys.read(keys_path)
    client = db.session.get(DispatchClient, keys.client_id)
    return (client, keys) if client and client.revoked_at is None else None


def find_spots(dice: Random, count: int) -> list[Spot]:
    """Points well inside the areas of the city, each area with its share."""
    shapes = [shape(area.shape).buffer(-INSIDE_DEGREES) for area in list_areas(POLICE_DIVISION)]
    shapes = [drawn for drawn in shapes if not drawn.is_empty]
    return [_point_in(dice, dice.choice(shapes)) for _ in range(count)]


def _point_in(dice: Random, drawn: BaseGeometry) -> Spot:
    west, south, east, north = drawn.bounds
    while True:
        lat, lon = round(dice.uniform(south, north), 5), round(dice.uniform(west, east), 5)
        if drawn.contains(Point(lon, lat)):
            return Spot(lat, lon)

"""Taking areas in: new ones are added, known ones keep their id and get the new shape."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.places.models import Area
from app.places.names import slug_of
from app.places.payloads import NewArea
from app.places.queries import forget_areas


@dataclass(frozen=True)
class TakenIn:
    """What an import came to. `absent` are areas of the layer that the file does not name."""

    added: int
    changed: int
    unchanged: int
    absent: tuple[str, ...]


def put_areas(
    layer: str, new_areas: Sequence[NewArea], *, actor: Actor, is_approximate: bool = False
) -> TakenIn:
    """Bring a layer to what the file says, by name; coverage and calls keep their areas.

    Areas that the file does not name stay: calls may lie in them. The caller says so.
    """
    known = {
        area.name.casefold(): area for area in db.session.scalars(select(Area).where(Area.layer == layer))
    }
    slugs = {area.slug for area in known.values()}
    added = changed = 0
    for new in new_areas:
        area = known.get(new.name.casefold())
        if area is None:
            db.session.add(_new_area(layer, new, slugs, is_approximate=is_approximate))
            added += 1
        elif _redraw(area, new, is_approximate=is_approximate):
            changed += 1
    named = {new.name.casefold() for new in new_areas}
    absent = tuple(sorted(area.name for key, area in known.items() if key not in named))
    if added or changed:
        record(
            What.AREAS_IMPORTED,
            actor=actor,
            subject_type="layer",
            subject_id=layer,
            added=added,
            changed=changed,
            absent=len(absent),
        )
    db.session.flush()
    forget_areas()
    return TakenIn(added, changed, len(new_areas) - added - changed, absent)


def _new_area(layer: str, new: NewArea, slugs: set[str], *, is_approximate: bool) -> Area:
    slug = _free_slug(slug_of(new.name), slugs)
    slugs.add(slug)
    return Area(layer=layer, name=new.name, slug=slug, shape=new.shape, is_approximate=is_approximate)


def _redraw(area: Area, new: NewArea, *, is_approximate: bool) -> bool:
    before = (area.name, area.shape, area.is_approximate)
    if before == (new.name, new.shape, is_approximate):
        return False
    area.name, area.shape, area.is_approximate = new.name, new.shape, is_approximate
    area.drawn_at = clock.now()
    return True


def _free_slug(slug: str, taken: Iterable[str]) -> str:
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free

"""What maps show, and how exactly: exact for those assigned, a block for staff, an area for everyone else."""

from dataclasses import dataclass

from app.accounts.permissions import Permission, Scope, scope_of
from app.audit.trail import Actor
from app.cases.models import ConflictCase
from app.cases.queries import hold_keys, open_block, open_place, visible_cases
from app.foundation.db import db
from app.maps.outline import BlockMap, block_map
from app.places.precision import Precision
from app.places.queries import list_areas

MOST_CASES = 500


@dataclass(frozen=True)
class Shown:
    """A case as a map may show it to one person. Without a point it is somewhere in its area."""

    case: ConflictCase
    precision: Precision
    point: tuple[float, float] | None


def precision_for(seen_by: Actor) -> Precision:
    """How exactly this person sees the places of the cases on their map."""
    scope = scope_of(seen_by.role, Permission.CASE_MAP)
    if scope is Scope.ASSIGNED:
        return Precision.EXACT
    return Precision.BLOCK if scope is Scope.ALL else Precision.AREA


def list_shown(seen_by: Actor, most: int = MOST_CASES) -> list[Shown]:
    """The open cases this person may see on a map, newest first, none more exactly than they may."""
    open_ones = visible_cases(seen_by, Permission.CASE_MAP).where(ConflictCase.closed_at.is_(None))
    cases = db.session.scalars(open_ones.limit(most)).all()
    precision = precision_for(seen_by)
    keys = hold_keys(cases) if precision is not Precision.AREA else ()
    live = {key.id for key in keys if key.destroyed_at is None}
    return [_shown(case, precision if case.key_id in live else Precision.AREA) for case in cases]


def draw_block_map(case: ConflictCase) -> BlockMap | None:
    """The still map of one case: its area among its neighbors, and the block as a circle."""
    if case.area is None:
        return None
    return block_map(list_areas(case.area.layer), case.area, open_block(case))


def _shown(case: ConflictCase, precision: Precision) -> Shown:
    point = None
    if precision is Precision.EXACT:
        point = open_place(case).point
    if precision is Precision.BLOCK:
        point = open_block(case)
    return Shown(case, precision if point else Precision.AREA, point)

"""What maps show, and how exactly: exact for those assigned, a block for staff, an area for everyone else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.accounts.permissions import Permission, Scope, scope_of
from app.assignments.queries import assignment_ids_in
from app.audit.catalogue import What
from app.audit.trail import Actor, Grounds, look_at_each, look_over
from app.cases.models import ConflictCase
from app.cases.queries import open_block, open_place, visible_cases
from app.foundation.db import db
from app.maps.outline import BlockMap, block_map
from app.places.precision import Precision
from app.places.queries import list_areas
from app.vault.sealing import hold_keys

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


def list_rows(seen_by: Actor) -> list[Shown]:
    """The open cases this person may see on a map, newest first, and how exactly; no place is opened."""
    precision = precision_for(seen_by)
    return [
        Shown(case, precision if case.block_sealed is not None else Precision.AREA, None)
        for case in _cases(seen_by)
    ]


def list_shown(seen_by: Actor) -> list[Shown]:
    """The same with their places, none more exactly than this person may see. The look is on the trail."""
    cases, precision = _cases(seen_by), precision_for(seen_by)
    if precision is Precision.AREA or not cases:
        return [Shown(case, Precision.AREA, None) for case in cases]
    grounds = _look([case.id for case in cases], precision, seen_by)
    keys = hold_keys({key_id for case in cases if (key_id := _key_id(case, precision))}, grounds)
    live = {key.id for key in keys if key.destroyed_at is None}
    return [
        _shown(case, precision if _key_id(case, precision) in live else Precision.AREA, grounds)
        for case in cases
    ]


def _key_id(case: ConflictCase, precision: Precision) -> str | None:
    """The key of as much as is shown: of the exact place, or of the block alone."""
    return case.key_id if precision is Precision.EXACT else case.block_key_id


def _cases(seen_by: Actor) -> Sequence[ConflictCase]:
    open_ones = visible_cases(seen_by, Permission.CASE_MAP).where(ConflictCase.closed_at.is_(None))
    return db.session.scalars(open_ones.limit(MOST_CASES)).all()


def _look(case_ids: Collection[str], precision: Precision, actor: Actor) -> Grounds:
    """An exact place is a look at each case, which those assigned can see; blocks are one look at a map."""
    if precision is Precision.EXACT:
        return look_at_each(
            What.CASE_LOOKED_AT,
            actor=actor,
            permission=Permission.PLACE_READ,
            subject_type="case",
            subject_ids=dict.fromkeys(case_ids) | assignment_ids_in(case_ids, actor),
            part="map",
        )
    return look_over(
        What.CASE_MAP_SHOWN,
        actor=actor,
        permission=Permission.CASE_MAP,
        subject_type="case",
        subject_ids=case_ids,
    )


def draw_block_map(case: ConflictCase, by: Grounds) -> BlockMap | None:
    """The still map of one case: its area among its neighbors, and the block as a circle."""
    if case.area is None:
        return None
    return block_map(list_areas(case.area.layer), case.area, open_block(case, by))


def _shown(case: ConflictCase, precision: Precision, by: Grounds) -> Shown:
    point = None
    if precision is Precision.EXACT:
        point = open_place(case, by).point
    if precision is Precision.BLOCK:
        point = open_block(case, by)
    return Shown(case, precision if point else Precision.AREA, point)

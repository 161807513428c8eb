"""Who is free now: on shift, and not out on a call. By lane and by team."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, select

from app.accounts.permissions import Permission, Scope, scope_of
from app.assignments.queries import busy_account_ids
from app.audit.trail import Actor
from app.foundation.db import db
from app.roster.lanes import Lane
from app.roster.models import Shift, Team


@dataclass
class FreeNow:
    """One lane: how many are on shift, how many of them are free, and the free of each team."""

    lane: Lane
    free_count: int = 0
    on_shift_count: int = 0
    by_team: dict[str, int] = field(default_factory=dict)


def count_free(seen_by: Actor, now: datetime) -> list[FreeNow]:
    """The lanes that have anybody on shift, in their usual order (two queries)."""
    busy = busy_account_ids()
    by_lane: dict[Lane, FreeNow] = {}
    for lane, team_id, account_id in db.session.execute(_on_shift(seen_by, now)):
        row = by_lane.setdefault(lane, FreeNow(lane))
        is_free = account_id not in busy
        row.on_shift_count += 1
        row.free_count += is_free
        row.by_team[team_id] = row.by_team.get(team_id, 0) + is_free
    return [by_lane[lane] for lane in Lane if lane in by_lane]


def _on_shift(seen_by: Actor, now: datetime) -> Select[Lane, str, str]:
    standing = (
        select(Team.lane, Team.id, Shift.account_id)
        .join(Shift, Shift.team_id == Team.id)
        .where(Shift.starts_at <= now, Shift.ends_at > now)
        .distinct()
    )
    if scope_of(seen_by.role, Permission.BOARD_READ) is Scope.ALL:
        return standing
    return standing.where(Team.organization_id == seen_by.organization_id)

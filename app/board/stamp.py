"""A few bytes that change whenever something a person's board shows has changed.

Open boards ask for it every two seconds, so it must cost almost nothing: it counts the
newest rows of the append-only tables by primary key, in one statement. Counting, not only
the newest id, because a row with an earlier id may be committed after a later one.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from app.accounts.permissions import Permission, Scope, scope_of
from app.assignments.help import HelpCall
from app.assignments.models import Assignment, AssignmentStep
from app.audit.trail import Actor
from app.cases.emergency_queries import waiting_count
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.ids import first_id_at
from app.referrals.models import Referral, ReferralStateRow
from app.roster.models import Team
from app.triage.models import Screening

LOOKS_BACK = timedelta(minutes=2)
"""Longer than any transaction; rows older than this were on the board at the minute before."""


def stamp_of(seen_by: Actor, now: datetime) -> str:
    """The stamp of this person's board. It also changes each minute: strips leave, shifts end."""
    minute = now.replace(second=0, microsecond=0)
    since = first_id_at(minute - LOOKS_BACK)
    counts = [_since(model, since, seen_by).scalar_subquery() for model in _WATCHED]
    help_asked = select(func.max(HelpCall.id)).where(HelpCall.answered_at.is_(None))
    asked = waiting_count(now).scalar_subquery()
    row = db.session.execute(select(*counts, help_asked.scalar_subquery(), asked)).one()
    return "-".join([format(int(minute.timestamp()) // 60, "x"), *(str(value or 0) for value in row)])


def stamp_of_call(referral_id: str) -> str:
    """The same for the page of one call: how often it moved, and how often it was screened."""
    state = select(func.count()).where(ReferralStateRow.referral_id == referral_id)
    screening = select(func.count()).where(Screening.referral_id == referral_id)
    row = db.session.execute(select(state.scalar_subquery(), screening.scalar_subquery())).one()
    return "-".join(str(count) for count in row)


_WATCHED: tuple[type[Any], ...] = (ReferralStateRow, Screening, AssignmentStep)


def _since(model: type[Any], since: str, seen_by: Actor) -> Select[int]:
    rows = select(func.count()).select_from(model).where(model.id >= since)
    scope = scope_of(seen_by.role, Permission.BOARD_READ)
    if scope is Scope.ALL:
        return rows
    if scope is not Scope.OWN_ORGANIZATION or not seen_by.organization_id:
        raise NotFound
    if model is AssignmentStep:
        rows = rows.join(Assignment, Assignment.id == model.assignment_id)
        team_id = Assignment.team_id
    else:
        rows = rows.join(Referral, Referral.id == model.referral_id)
        team_id = Referral.team_id
    own = rows.join(Team, Team.id == team_id)
    return own.where(Team.organization_id == seen_by.organization_id)

"""Teams and who is on shift, as far as the one who looks may see."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account
from app.accounts.permissions import Permission, Role, Scope, scope_of
from app.audit.trail import Actor
from app.foundation.db import db
from app.places.models import Area
from app.roster.models import DeclaredTie, Organization, Responder, Shift, Team

LIMIT = 200
AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Stand:
    """A person's shift, with their name."""

    shift_id: str
    account_id: str
    name: str
    team_id: str | None
    starts_at: datetime
    ends_at: datetime


def reaches(actor: Actor, permission: Permission, organization_id: str | None) -> bool:
    """Whether an actor's permission reaches to this organization."""
    scope = scope_of(actor.role, permission)
    if scope is Scope.OWN_ORGANIZATION:
        return organization_id is not None and organization_id == actor.organization_id
    return scope is Scope.ALL


def is_running(now: datetime) -> ColumnElement[bool]:
    """The clause for shifts that are stood at a moment."""
    return and_(Shift.starts_at <= now, Shift.ends_at > now)


def list_teams(seen_by: Actor) -> Sequence[Team]:
    """Teams by lane and name, with their organization; a provider lead sees their own."""
    found = select(Team).options(joinedload(Team.organization)).order_by(Team.lane, Team.name).limit(LIMIT)
    if scope_of(seen_by.role, Permission.ROSTER_READ) is Scope.ALL:
        return db.session.scalars(found).all()
    return db.session.scalars(found.where(Team.organization_id == seen_by.organization_id)).all()


def list_team_names() -> dict[str, str]:
    """Every team's name by its id, by name."""
    return dict(db.session.execute(select(Team.id, Team.name).order_by(Team.name)).all())


def list_organization_names() -> dict[str, str]:
    """Every organization's name by its id, by name."""
    named = select(Organization.id, Organization.name).order_by(Organization.name)
    return dict(db.session.execute(named).all())


def organization_of_team(team_id: str) -> str | None:
    """The organization a team belongs to."""
    return db.session.scalar(select(Team.organization_id).where(Team.id == team_id))


def list_stands(teams: Sequence[Team], now: datetime) -> Mapping[str, Sequence[Stand]]:
    """Shifts of these teams that run or come in the next two weeks, by team, soonest first."""
    ids = [team.id for team in teams]
    stands: dict[str, list[Stand]] = defaultdict(list)
    for stand in _stands(Shift.team_id.in_(ids), now):
        stands[str(stand.team_id)].append(stand)
    return stands


def list_watch(now: datetime) -> Sequence[Stand]:
    """Coordinators who keep watch or will, soonest first."""
    return _stands(Shift.team_id.is_(None), now)


def on_shift_ids(now: datetime) -> set[str]:
    """Everybody who is on shift at a moment."""
    return set(db.session.scalars(select(Shift.account_id).where(is_running(now))))


def tied_ids(area_id: str | None) -> set[str]:
    """Everybody who has said that they have ties in an area."""
    return set(db.session.scalars(select(DeclaredTie.account_id).where(DeclaredTie.area_id == area_id)))


def list_shift_people(seen_by: Actor) -> Sequence[Account]:
    """The people whose shifts this actor may set, by name: responders, and for all also coordinators."""
    people = (
        select(Account).where(Account.is_active.is_(True)).order_by(Account.name, Account.id).limit(LIMIT)
    )
    of_teams = select(Responder.account_id).join(Team, Team.id == Responder.team_id)
    if scope_of(seen_by.role, Permission.SHIFT_MANAGE) is Scope.ALL:
        stands = Account.id.in_(of_teams) | (Account.role == Role.COORDINATOR)
        return db.session.scalars(people.where(stands)).all()
    own = of_teams.where(Team.organization_id == seen_by.organization_id)
    return db.session.scalars(people.where(Account.id.in_(own))).all()


def list_ties(account_id: str) -> Sequence[Area]:
    """The areas where a responder has said that they have ties, by name."""
    tied = select(Area).join(DeclaredTie, DeclaredTie.area_id == Area.id)
    return db.session.scalars(tied.where(DeclaredTie.account_id == account_id).order_by(Area.name)).all()


def _stands(whose: ColumnElement[bool], now: datetime) -> list[Stand]:
    rows = db.session.execute(
        select(Shift, Account.name)
        .join(Account, Account.id == Shift.account_id)
        .where(whose, Shift.ends_at > now, Shift.starts_at < now + AHEAD)
        .order_by(Shift.starts_at, Account.name, Shift.id)
    )
    return [
        Stand(shift.id, shift.account_id, name, shift.team_id, shift.starts_at, shift.ends_at)
        for shift, name in rows
    ]

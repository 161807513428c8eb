"""Organizations, teams, people on shift and coverage for tests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.foundation import clock
from app.foundation.db import db
from app.roster.lanes import Lane
from app.roster.models import Organization, OrganizationKind, Responder, Shift, Team
from app.routing.models import WHOLE_DAY, Coverage
from app.routing.queries import forget_routes
from tests.support.people import make_account


def make_organization(name: str = "", kind: OrganizationKind = OrganizationKind.PROVIDER) -> Organization:
    """An organization; without a name it gets one of its own."""
    organization = Organization(name=name or f"Provider {uuid4().hex[:6]}", kind=kind)
    db.session.add(organization)
    db.session.flush()
    return organization


def make_team(
    name: str = "", *, lane: Lane = Lane.MEDIATION, organization: Organization | None = None, **fields: Any
) -> Team:
    """A team of an organization (a new one unless given)."""
    of = organization or make_organization()
    team = Team(name=name or f"Team {uuid4().hex[:6]}", lane=lane, organization_id=of.id, **fields)
    db.session.add(team)
    db.session.flush()
    return team


def make_responder(
    team: Team | None = None,
    *,
    role: Role = Role.MEDIATOR,
    languages: str = "en es",
    is_on_shift: bool = True,
    **fields: Any,
) -> Account:
    """A person of a team (a new one unless given), on shift now unless told otherwise."""
    team = team or make_team()
    account = make_account(role, organization_id=team.organization_id, team_id=team.id, **fields)
    db.session.add(Responder(account_id=account.id, team_id=team.id, languages=languages))
    if is_on_shift:
        make_shift(account)
    db.session.flush()
    forget_routes()
    return account


def make_shift(account: Account, starts_at: datetime | None = None, hours: float = 8) -> Shift:
    """A shift of a person; it began an hour ago unless told otherwise."""
    begins = starts_at or clock.now() - timedelta(hours=1)
    shift = Shift(
        account_id=account.id,
        team_id=account.team_id,
        starts_at=begins,
        ends_at=begins + timedelta(hours=hours),
    )
    db.session.add(shift)
    db.session.flush()
    forget_routes()
    return shift


def make_coverage(team: Team, area_id: str | None = None, **fields: Any) -> list[Coverage]:
    """A team covers an area (without one, the whole city) all week, in its own lane."""
    values = {"lane": team.lane, "from_minute": 0, "to_minute": WHOLE_DAY, **fields}
    weekdays = [values.pop("weekday")] if "weekday" in values else range(7)
    rows = [Coverage(team_id=team.id, area_id=area_id, weekday=day, **values) for day in weekdays]
    db.session.add_all(rows)
    db.session.flush()
    forget_routes()
    return rows

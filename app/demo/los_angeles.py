"""The demo's city: areas drawn by hand, the programs as they are publicly described, invented people.

Everything can be loaded again: what is there stays, and shifts are filled up from today on.
Source of the programs: design.md 3. The areas are rough drawings, marked as approximate; an
import of the real boundaries puts them right under the same ids.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.accounts.actions import create_account
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.audit.trail import SYSTEM
from app.foundation import clock
from app.foundation.db import db
from app.foundation.office import LOS_ANGELES
from app.places.actions import put_areas
from app.places.models import Area
from app.places.payloads import read_areas
from app.places.queries import NEIGHBORHOOD, POLICE_DIVISION, list_areas
from app.roster.lanes import Lane
from app.roster.models import Organization, OrganizationKind, Responder, Shift, Team
from app.routing.actions import add_coverage
from app.routing.queries import forget_routes

DATA = Path(__file__).parent / "data"
LAYERS = (POLICE_DIVISION, NEIGHBORHOOD)
WHOLE_CITY = "*"
DAYS_OF_SHIFTS = 14
WEEKDAYS = {name: number for number, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}
SHIFT_STARTS = (6, 14, 22)  # three times eight hours
ROLE_OF_LANE = {
    Lane.MEDIATION: Role.MEDIATOR,
    Lane.RESTORATIVE: Role.FACILITATOR,
    Lane.INTERRUPTION: Role.INTERRUPTER,
    Lane.UNARMED_CRISIS: Role.CRISIS_WORKER,
    Lane.HOMELESS_OUTREACH: Role.CRISIS_WORKER,
}


@dataclass(frozen=True)
class DemoPerson:
    """An account that somebody trying the demo signs in with."""

    local_part: str
    name: str
    role: Role
    organization: str | None = None
    team: str | None = None

    @property
    def email(self) -> str:
        return f"{self.local_part}@demo.example"


OFFICE = "Office of Violence Prevention"
PEOPLE = (
    DemoPerson("coordinator", "Camille Reyes", Role.COORDINATOR, OFFICE),
    DemoPerson("mediator", "Mateo Lindo", Role.MEDIATOR, OFFICE, "Office mediation"),
    DemoPerson("interrupter", "Isaiah Boone", Role.INTERRUPTER, OFFICE, "Office interruption"),
    DemoPerson("facilitator", "Farah Nazari", Role.FACILITATOR, OFFICE, "Office restorative circle"),
    DemoPerson("crisis", "Cleo Hart", Role.CRISIS_WORKER, "Alcott Center", "UMCR Wilshire and Olympic"),
    DemoPerson("lead", "Leona Pryce", Role.PROVIDER_LEAD, "Alcott Center"),
    DemoPerson("office", "Odette Franco", Role.OFFICE_STAFF, OFFICE),
    DemoPerson("partner", "Priya Nair", Role.COUNTY_PARTNER, "County Department of Mental Health"),
    DemoPerson("analyst", "Anselm Wu", Role.ANALYST, OFFICE),
    DemoPerson("auditor", "Audra Klein", Role.AUDITOR),
    DemoPerson("admin", "Adam Soto", Role.ADMIN, OFFICE),
)


def load_city(password: str) -> None:
    """Areas, organizations, teams, coverage, people and their shifts for the next two weeks."""
    for layer in LAYERS:
        _draw(layer)
    divisions = {area.name: area.id for area in list_areas(POLICE_DIVISION)}
    for organization in json.loads((DATA / "programs.json").read_text(encoding="utf-8")):
        _load_organization(organization, divisions, password)
    fill_shifts(clock.now())


def load_people(password: str) -> list[tuple[str, str]]:
    """An account for every role, on duty around the clock; e-mail and role, to be printed.

    Needs the city. In a real office nobody stands around the clock; here somebody may try
    the demo at any hour.
    """
    for person in PEOPLE:
        _load_person(person, password)
    fill_shifts(clock.now())
    return [(person.email, person.role.value) for person in PEOPLE]


def fill_shifts(now: datetime) -> None:
    """Give everybody their shifts from yesterday to two weeks ahead, where they have none yet."""
    today = now.astimezone(LOS_ANGELES).date()
    taken = {(who, begins) for who, begins in db.session.execute(select(Shift.account_id, Shift.starts_at))}
    always_on = {person.email for person in PEOPLE}
    watch = select(Account.id).where(Account.email.in_(always_on), Account.role == Role.COORDINATOR)
    people = db.session.execute(
        select(Responder.account_id, Responder.team_id, Account.email)
        .join(Account, Account.id == Responder.account_id)
        .order_by(Responder.team_id, Responder.account_id)
    ).all()
    wanted = [
        *_team_shifts([(who, team) for who, team, email in people if email not in always_on], today),
        *_round_the_clock([(who, team) for who, team, email in people if email in always_on], today),
        *_round_the_clock([(who, None) for who in db.session.scalars(watch)], today),
    ]
    db.session.add_all(shift for shift in wanted if (shift.account_id, shift.starts_at) not in taken)
    db.session.flush()
    forget_routes()


def _draw(layer: str) -> None:
    """Draw a layer unless it is there: real boundaries are never replaced by a sketch."""
    if db.session.scalar(select(Area.id).where(Area.layer == layer).limit(1)) is None:
        areas = read_areas((DATA / f"{layer}.geojson").read_bytes(), "name")
        put_areas(layer, areas, actor=SYSTEM, is_approximate=True)


def _load_organization(described: Mapping[str, Any], divisions: Mapping[str, str], password: str) -> None:
    organization = _named(Organization, described["name"])
    if organization is None:
        organization = Organization(name=described["name"], kind=OrganizationKind(described["kind"]))
        db.session.add(organization)
        db.session.flush()
    for team in described["teams"]:
        if _named(Team, team["name"]) is None:
            _load_team(team, organization, divisions, password)


def _load_team(
    described: Mapping[str, Any], organization: Organization, divisions: Mapping[str, str], password: str
) -> None:
    lane = Lane(described["lane"])
    team = Team(name=described["name"], lane=lane, organization_id=organization.id, phone=described["phone"])
    db.session.add(team)
    db.session.flush()
    areas = [None if name == WHOLE_CITY else divisions[name] for name in described["areas"]]
    for days, begins, ends in described["hours"]:
        add_coverage(
            team,
            areas,
            actor=SYSTEM,
            weekdays=[WEEKDAYS[day] for day in days.split()],
            from_minute=_minute(begins),
            to_minute=_minute(ends),
        )
    for person in described["people"]:
        email = f"{_plain(person['name'])}@demo.example"
        _add_responder(email, person["name"], ROLE_OF_LANE[lane], team, person["languages"], password)


def _load_person(person: DemoPerson, password: str) -> None:
    if db.session.scalar(select(Account.id).where(Account.email == person.email)):
        return
    team = _named(Team, person.team) if person.team else None
    if team:
        _add_responder(person.email, person.name, person.role, team, "en es", password)
        return
    organization = _named(Organization, person.organization) if person.organization else None
    create_account(
        email=person.email,
        name=person.name,
        role=person.role,
        password=password,
        actor=SYSTEM,
        organization_id=organization.id if organization else None,
    )


def _add_responder(email: str, name: str, role: Role, team: Team, languages: str, password: str) -> None:
    account = create_account(
        email=email,
        name=name,
        role=role,
        password=password,
        actor=SYSTEM,
        organization_id=team.organization_id,
        team_id=team.id,
    )
    db.session.add(Responder(account_id=account.id, team_id=team.id, languages=languages))
    db.session.flush()


def _team_shifts(people: Iterable[tuple[str, str]], today: date) -> Iterator[Shift]:
    """Each team's people take turns: day, evening, night, day, ..."""
    seen: dict[str, int] = {}
    for account_id, team_id in people:
        turn = seen[team_id] = seen.get(team_id, -1) + 1
        yield from _daily(account_id, team_id, SHIFT_STARTS[turn % 3], hours=8, today=today)


def _round_the_clock(people: Iterable[tuple[str, str | None]], today: date) -> Iterator[Shift]:
    for account_id, team_id in people:
        yield from _daily(account_id, team_id, 6, hours=12, today=today)
        yield from _daily(account_id, team_id, 18, hours=12, today=today)


def _daily(account_id: str, team_id: str | None, hour: int, *, hours: int, today: date) -> Iterator[Shift]:
    for ahead in range(-1, DAYS_OF_SHIFTS):
        begins = _on_the_wall(today + timedelta(days=ahead), hour)
        ends = _on_the_wall(today + timedelta(days=ahead + (hour + hours) // 24), (hour + hours) % 24)
        yield Shift(account_id=account_id, team_id=team_id, starts_at=begins, ends_at=ends)


def _on_the_wall(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), LOS_ANGELES).astimezone(UTC)


def _named(model: type[Any], name: str) -> Any:
    return db.session.scalars(select(model).where(model.name == name)).one_or_none()


def _minute(clock_time: str) -> int:
    hours, minutes = clock_time.split(":")
    return int(hours) * 60 + int(minutes)


def _plain(name: str) -> str:
    """A name as the local part of an e-mail: Lucía Beltrán is lucia.beltran."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", ".", letters).strip(".")

"""The demo's city: complete, covered, and the same when it is loaded again."""

from datetime import timedelta

import pytest
from shapely.geometry import shape
from sqlalchemy import func, select

from app.accounts import actions as account_actions
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.demo.los_angeles import PEOPLE, load_city, load_people
from app.foundation import clock
from app.foundation.db import db
from app.places.models import Area
from app.places.queries import list_areas, locate
from app.referrals.natures import Nature
from app.roster.lanes import Lane
from app.roster.models import Shift, Team
from app.routing.models import Coverage
from app.routing.queries import find_route
from app.triage.policies import lanes_for


@pytest.fixture
def city(app, monkeypatch):
    """The city with its people; passwords are hashed as `hash`, which is what makes loading slow."""
    monkeypatch.setattr(account_actions, "hash_password", lambda _: "hash")
    load_city("a long demo password")
    return load_people("a long demo password")


def counts():
    return [
        db.session.scalar(select(func.count()).select_from(table))
        for table in (Area, Team, Coverage, Account, Shift)
    ]


def test_the_city_has_its_divisions_and_neighborhoods(city):
    assert len(list_areas("police_division")) == 21
    assert len(list_areas("neighborhood")) == 25
    assert all(area.is_approximate for area in db.session.scalars(select(Area)))


@pytest.mark.parametrize(
    ("point", "division"),
    [
        ((34.05, -118.245), "Central"),
        ((34.10, -118.33), "Hollywood"),
        ((33.74, -118.29), "Harbor"),
        ((33.99, -118.46), "Pacific"),
        ((34.19, -118.44), "Van Nuys"),
        ((33.94, -118.245), "Southeast"),
        ((34.07, -118.40), None),  # Beverly Hills is a city of its own
    ],
)
def test_well_known_points_lie_where_people_say(city, point, division):
    found = locate(*point)

    assert (found and found.area_name) == division


def test_divisions_do_not_overlap(city):

    shapes = [(area.name, shape(area.shape)) for area in list_areas("police_division")]
    overlapping = [
        (one, other)
        for number, (one, drawn) in enumerate(shapes)
        for other, second in shapes[number + 1 :]
        if drawn.intersection(second).area > 1e-9
    ]

    assert overlapping == []


def test_loading_again_changes_nothing(city):
    before = counts()
    load_city("a long demo password")
    again = load_people("a long demo password")

    assert (counts(), again) == (before, city)


def test_every_person_role_can_be_tried(city):
    roles = {Role(role) for _, role in city}

    assert roles == set(Role) - {Role.RESIDENT, Role.DISPATCH_CLIENT}
    assert ("coordinator@demo.example", "coordinator") in city


@pytest.mark.parametrize("hours_ahead", [0, 6, 12, 18, 100])
def test_at_any_hour_a_neighbor_dispute_finds_somebody_free(city, hours_ahead, monkeypatch):
    now = clock.now() + timedelta(hours=hours_ahead)
    monkeypatch.setattr(clock, "now", lambda: now)
    area = locate(34.04, -118.205)

    route = find_route(lanes_for(Nature.NEIGHBOR), area.area_id, now)

    assert route.team_name == "Office mediation"
    assert route.free_count >= 2


@pytest.mark.parametrize(
    ("nature", "point", "team"),
    [
        (Nature.MENTAL_DISTRESS, (34.06, -118.345), "UMCR Wilshire and Olympic"),
        (Nature.MENTAL_DISTRESS, (34.20, -118.53), "UMCR Devonshire and West Valley"),
        (Nature.MENTAL_DISTRESS, (33.94, -118.245), "UMCR Southeast and West LA"),
        (Nature.UNHOUSED, (33.99, -118.46), "CIRCLE Venice"),
        (Nature.UNHOUSED, (34.06, -118.345), "UMCR Wilshire and Olympic"),
    ],
)
def test_programs_answer_where_they_work(city, nature, point, team):
    route = find_route(lanes_for(nature), locate(*point).area_id, clock.now())

    assert route.team_name == team


def test_where_no_program_works_nobody_is_named(city):
    harbor = locate(33.74, -118.29).area_id

    assert find_route(lanes_for(Nature.MENTAL_DISTRESS), harbor, clock.now()) is None
    assert find_route((Lane.COUNTY_SERVICE,), harbor, clock.now()).free_count == 0


def test_people_have_an_account_each(city):
    emails = list(db.session.scalars(select(Account.email)))

    assert {person.email for person in PEOPLE} <= set(emails)
    assert all(email.endswith("@demo.example") for email in emails)

"""Shifts are set by those whose people they are; ties are a responder's own word."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.roster import actions, queries
from app.roster.models import Shift
from app.roster.rules import ShiftNotPossible
from tests.support.people import make_account
from tests.support.places import make_area
from tests.support.roster import make_organization, make_responder, make_shift, make_team

HOUR = timedelta(hours=1)


@pytest.fixture
def coordinator(app):
    return actor_of(make_account(Role.COORDINATOR))


def set_shift(account, actor, begins=1, ends=9):
    now = clock.now()
    return actions.set_shift(account.id, now + begins * HOUR, now + ends * HOUR, actor=actor)


def count_shifts():
    return db.session.scalar(select(func.count()).select_from(Shift))


def test_a_coordinator_sets_a_shift_of_the_persons_team(coordinator):
    person = make_responder(is_on_shift=False)

    shift = set_shift(person, coordinator, begins=0)

    assert shift.team_id == person.team_id
    assert queries.on_shift_ids(clock.now()) == {person.id}
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_a_coordinator_keeps_watch_without_a_team(coordinator):
    watch = make_account(Role.COORDINATOR, name="Cam")

    set_shift(watch, coordinator)

    assert [stand.name for stand in queries.list_watch(clock.now())] == ["Cam"]


def test_hours_that_meet_another_shift_are_refused(coordinator):
    person = make_responder(is_on_shift=False)
    set_shift(person, coordinator, 1, 9)

    with pytest.raises(ShiftNotPossible, match="another shift"):
        set_shift(person, coordinator, 8, 16)
    assert set_shift(person, coordinator, 10, 16)


@pytest.mark.parametrize("role", [Role.OFFICE_STAFF, Role.ADMIN, Role.PROVIDER_LEAD])
def test_people_who_stand_no_shifts_get_none(coordinator, role):
    with pytest.raises(ShiftNotPossible):
        set_shift(make_account(role), coordinator)


def test_a_provider_lead_sets_shifts_of_their_own_people_only(app):
    ours = make_organization()
    lead = actor_of(make_account(Role.PROVIDER_LEAD, organization_id=ours.id))
    own = make_responder(make_team(organization=ours), is_on_shift=False)
    others = [make_responder(), make_account(Role.COORDINATOR), make_account(Role.MEDIATOR)]

    assert set_shift(own, lead)
    for other in others:
        with pytest.raises(NotFound):
            set_shift(other, lead, 20, 21)
    with pytest.raises(NotFound):
        actions.end_shift(make_shift(others[0], clock.now() + 40 * HOUR).id, actor=lead)


def test_a_lead_without_an_organization_reaches_nobody(app):
    lead = actor_of(make_account(Role.PROVIDER_LEAD))

    with pytest.raises(NotFound):
        set_shift(make_account(Role.MEDIATOR), lead)
    assert list(queries.list_teams(lead)) == []
    assert list(queries.list_shift_people(lead)) == []


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.OFFICE_STAFF, Role.ADMIN])
def test_other_roles_set_no_shifts(app, role):
    with pytest.raises(NotFound):
        set_shift(make_responder(is_on_shift=False), actor_of(make_account(role)))


def test_somebody_who_is_not_active_stands_nothing(coordinator):
    with pytest.raises(NotFound):
        set_shift(make_responder(is_active=False, is_on_shift=False), coordinator)


def test_a_running_shift_ends_now_and_a_coming_one_is_taken_off(coordinator):
    person = make_responder(is_on_shift=False)
    running, coming = make_shift(person), make_shift(person, clock.now() + 20 * HOUR)

    actions.end_shift(running.id, actor=coordinator)
    actions.end_shift(coming.id, actor=coordinator)

    assert queries.on_shift_ids(clock.now()) == set()
    assert count_shifts() == 1
    with pytest.raises(ShiftNotPossible, match="over already"):
        actions.end_shift(running.id, actor=coordinator)
    with pytest.raises(NotFound):
        actions.end_shift(coming.id, actor=coordinator)


def test_ties_are_declared_and_withdrawn_by_the_person(app):
    person, area = make_responder(), make_area()
    actor = actor_of(person)
    actions.declare_tie(area.id, actor=actor)
    actions.declare_tie(area.id, actor=actor)
    assert [one.id for one in queries.list_ties(person.id)] == [area.id]
    assert queries.tied_ids(area.id) == {person.id}

    actions.withdraw_tie(area.id, actor=actor_of(make_responder()))
    assert queries.tied_ids(area.id) == {person.id}
    actions.withdraw_tie(area.id, actor=actor)

    assert queries.tied_ids(area.id) == set()


def test_stands_are_running_ones_and_the_next_two_weeks(app):
    team = make_team()
    person = make_responder(team, is_on_shift=False, name="Ana")
    now = clock.now()
    for begins in (-20 * HOUR, -HOUR, 20 * HOUR, timedelta(days=15)):
        make_shift(person, now + begins)

    stands = queries.list_stands([team], now)[team.id]

    assert [round((stand.starts_at - now) / HOUR) for stand in stands] == [-1, 20]
    assert queries.list_stands([make_team()], now) == {}

"""Who covers a place now, from memory; and the hours with nobody on shift."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.assignments import actions as assignments
from app.assignments.models import Step
from app.audit.trail import SYSTEM
from app.foundation import clock
from app.foundation.db import db
from app.foundation.office import LOS_ANGELES
from app.roster.lanes import Lane
from app.routing.actions import WrongHours, add_coverage, close_on_days
from app.routing.queries import find_route, gaps_of
from tests.support.assignments import make_assignment
from tests.support.board import make_call
from tests.support.people import make_account
from tests.support.places import make_area
from tests.support.roster import make_coverage, make_responder, make_shift, make_team

M = (Lane.MEDIATION,)


@pytest.fixture
def area(app):
    return make_area()


@pytest.fixture
def team(area):
    team = make_team("Mediation East")
    make_coverage(team, area.id)
    return team


def find(area, lanes=M):
    return find_route(lanes, area.id, clock.now())


def test_a_team_that_covers_with_somebody_free(area, team):
    make_responder(team)
    make_responder(team)
    make_responder(team, is_on_shift=False)

    route = find(area)

    assert (route.lane, route.team_id, route.team_name, route.free_count) == (
        Lane.MEDIATION,
        team.id,
        "Mediation East",
        2,
    )


def test_another_lane_another_area_or_no_hours_is_no_route(area, team):
    make_responder(team)

    assert find(area, (Lane.RESTORATIVE,)) is None
    assert find(make_area("Newton", lat=34.0)) is None
    assert find(area, ()) is None


def test_covered_but_nobody_on_shift_is_nobody_free(area, team):
    make_responder(team, is_on_shift=False)

    assert find(area).free_count == 0


def test_the_whole_city_is_covered_by_a_team_without_an_area(area):
    team = make_team()
    make_coverage(team)
    make_responder(team)

    assert find(area).team_id == team.id


def test_outside_its_hours_a_team_covers_nothing(area):
    team = make_team()
    make_responder(team)
    tomorrow = (clock.now().astimezone(LOS_ANGELES) + timedelta(days=2)).weekday()
    make_coverage(team, area.id, weekday=tomorrow)

    assert find(area) is None


@pytest.mark.parametrize(
    ("step", "free_count"), [(Step.ASSIGNED, 0), (Step.ON_SCENE, 0), (Step.CLEAR, 1), (Step.DECLINED, 1)]
)
def test_who_is_out_is_not_free(area, team, step, free_count):
    make_assignment(make_responder(team), referral_id=make_call().id, step=step)

    assert find(area).free_count == free_count


def test_sent_and_ended_are_known_at_once_in_this_process(area, team):
    person, coordinator = make_responder(team), actor_of(make_account(Role.COORDINATOR))
    assert find(area).free_count == 1

    sent = assignments.assign(
        referral_id=make_call().id, case_id=None, account_id=person.id, team_id=team.id, actor=coordinator
    )
    assert find(area).free_count == 0
    assignments.end(sent, "handed_back", actor=coordinator)

    assert find(area).free_count == 1


def test_a_shift_that_ends_ends_being_free(area, team):
    person = make_responder(team, is_on_shift=False)
    make_shift(person, clock.now() - timedelta(hours=1), hours=1.1)

    assert find(area).free_count == 1
    assert find_route(M, area.id, clock.now() + timedelta(minutes=10)).free_count == 0


def test_answers_come_from_memory(area, team):
    make_responder(team)
    find(area)
    asked = []
    event.listen(db.engine, "before_cursor_execute", listener := lambda *args: asked.append(args[2]))
    for _ in range(50):
        find(area)
    event.remove(db.engine, "before_cursor_execute", listener)

    assert asked == []


def test_on_days_off_a_team_does_not_answer(area, team):
    make_responder(team)
    today = clock.now().astimezone(LOS_ANGELES).date()
    day = timedelta(days=1)

    close_on_days(team, today - day, today + day, "training", actor=SYSTEM)

    assert find(area) is None


def test_coverage_is_set_by_area_and_day(area):
    team = make_team(lane=Lane.UNARMED_CRISIS)
    rows = add_coverage(team, [area.id, None], actor=SYSTEM, weekdays=[4, 5], from_minute=1320, to_minute=360)

    assert {(row.area_id, row.weekday, row.lane) for row in rows} == {
        (where, day, Lane.UNARMED_CRISIS) for where in (area.id, None) for day in (4, 5)
    }


@pytest.mark.parametrize("hours", [(-1, 60), (1440, 60), (0, 0), (0, 1441)])
def test_hours_that_are_none_are_refused(app, hours):
    with pytest.raises(WrongHours):
        add_coverage(make_team(), [None], actor=SYSTEM, from_minute=hours[0], to_minute=hours[1])


def test_days_off_do_not_end_before_they_begin(app):
    today = clock.now().date()

    with pytest.raises(WrongHours):
        close_on_days(make_team(), today, today - timedelta(days=1), "training", actor=SYSTEM)


def test_gaps_are_promised_hours_without_anyone(area, team):
    now = clock.now().replace(microsecond=0)
    make_shift(make_responder(team, is_on_shift=False), now - timedelta(hours=1), hours=9)
    make_shift(make_responder(team, is_on_shift=False), now + timedelta(hours=16), hours=8)
    quiet = make_team()

    gaps = gaps_of([team.id, quiet.id], now, now + timedelta(hours=24))

    assert gaps == {team.id: [(now + timedelta(hours=8), now + timedelta(hours=16))], quiet.id: []}

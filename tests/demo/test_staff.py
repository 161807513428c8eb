"""The played staff: half of the offers are left to the visitor, and no office but a demo has them."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app import journey
from app.accounts.permissions import Role
from app.assignments.models import Assignment, Step
from app.cases.models import ConflictCase
from app.demo import staff
from app.demo.los_angeles import PEOPLE
from app.foundation import clock
from app.foundation.db import db
from app.foundation.settings import Settings
from app.referrals.models import Referral, Source, State
from tests.support.assignments import make_assignment
from tests.support.board import make_call
from tests.support.people import make_account
from tests.support.roster import make_coverage, make_responder, make_team

VISITOR = next(person.email for person in PEOPLE if person.role is Role.MEDIATOR)


@pytest.fixture
def team(app):
    make_account(Role.COORDINATOR, email="watch@demo.example")
    team = make_team()
    make_coverage(team)
    return team


def play(later):
    """What the staff do so much later, again and again until nothing is due."""
    done = []
    while lines := staff.play_once(clock.now() + later):
        done += lines
    return done


def ours(team, **fields):
    """A call that is ours: a resident brought it."""
    return make_call(State.ACCEPTED, source=Source.RESIDENT, team_id=team.id, **fields)


def test_about_half_of_the_offers_are_left_to_the_visitor(team):
    for _ in range(staff.FEW):  # as many as are looked at: those left alone would hide the others
        make_call(State.OFFERED, team_id=team.id, source=Source.RESIDENT)
    db.session.commit()
    for _ in range(4):
        play(timedelta(seconds=30))

    left = db.session.scalars(select(Referral).where(Referral.state == State.OFFERED)).all()
    assert 2 <= len(left) <= staff.FEW - 2  # beyond this once in 25,000 runs


def test_nobody_decides_faster_than_a_person_reads(team):
    for _ in range(20):
        make_call(State.OFFERED, team_id=team.id)
    db.session.commit()

    assert staff.play_once(clock.now() + timedelta(seconds=3)) == []


def test_a_responder_goes_step_by_step_to_the_end_of_the_case(team):
    responder = make_responder(team)
    for _ in range(staff.FEW):  # each is played or left by its own dice
        ours(team, accepted_at=clock.now())
    db.session.commit()
    for _ in range(12):
        play(timedelta(seconds=60))

    assignments = db.session.scalars(select(Assignment)).all()
    assert {one.account_id for one in assignments} == {responder.id}
    assert {one.step for one in assignments} == {Step.CLEAR}
    assert any(case.closed_at for case in db.session.scalars(select(ConflictCase)))
    for one in assignments:
        assert [row.step for row in one.steps][:4] == [
            Step.ASSIGNED,
            Step.ACKNOWLEDGED,
            Step.EN_ROUTE,
            Step.ON_SCENE,
        ]


def test_what_a_visitor_was_given_is_left_to_them(team):
    visitor = make_responder(team, email=VISITOR)
    referral = ours(team, accepted_at=clock.now())
    coordinator = staff.find_coordinator()
    journey.send_responder(referral, visitor.id, actor=coordinator)
    ours(team, accepted_at=clock.now())
    db.session.commit()

    assert play(timedelta(minutes=5)) == []


def test_cases_of_the_weeks_before_stay_as_they_are(team):
    responder = make_responder(team)
    for _ in range(5):
        referral = ours(team, accepted_at=clock.now())
        make_assignment(
            responder, referral_id=referral.id, step=Step.CLEAR, assigned_at=clock.now() - timedelta(days=3)
        )
    db.session.commit()

    assert play(timedelta(minutes=5)) == []


def test_the_coordinator_that_visitors_sign_in_as_is_played_last(app):
    make_account(Role.COORDINATOR, email="coordinator@demo.example")
    make_account(Role.COORDINATOR, email="watch@demo.example", name="Noor")

    assert staff.find_coordinator().label == "Noor"


@pytest.mark.one_database
def test_a_real_office_has_no_played_staff(app, monkeypatch):
    monkeypatch.setattr(Settings, "from_environment", lambda: app.extensions["settings"])
    said = CliRunner().invoke(staff.main)

    assert said.exit_code == 1
    assert "demo only" in said.output

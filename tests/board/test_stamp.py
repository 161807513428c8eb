"""The stamp: the same while nothing changes, another after each change, and cheap."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
import time_machine

from app import journey
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.assignments.help import answer_help, ask_for_help
from app.assignments.models import Step
from app.board.stamp import stamp_of
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import State
from tests.support.board import actor_with, make_call, make_lane_team, make_responder_on_shift

NOON = datetime(2026, 11, 21, 20, 0, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def one_minute():
    with time_machine.travel(NOON, tick=False):
        yield


def stamp(seen_by):
    db.session.flush()
    return stamp_of(seen_by, clock.now())


def test_nothing_new_is_the_same_stamp_and_a_304(client_as):
    make_call()
    coordinator = client_as(Role.COORDINATOR)
    first = coordinator.get("/board/stamp")

    again = coordinator.get("/board/stamp", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert len(first.data) < 80


def test_every_change_that_the_board_shows_changes_the_stamp(app):
    seen_by = actor_with(Role.COORDINATOR)
    team = make_lane_team()
    responder = make_responder_on_shift(team)
    stamps = [stamp(seen_by)]

    def note():
        stamps.append(stamp(seen_by))

    call = make_call(State.ACCEPTED, team_id=team.id)
    note()
    assignment = journey.send_responder(call, responder.id, actor=seen_by)
    note()
    journey.take_step(assignment, Step.ACKNOWLEDGED, actor=actor_of(responder))
    note()
    journey.give_back(call, "danger_on_scene", actor=seen_by)
    note()
    journey.acknowledge_hand_back(call, actor=seen_by)
    note()
    waiting = ask_for_help(None, actor=actor_with(Role.MEDIATOR))
    note()
    answer_help(waiting.id, actor=seen_by)
    note()

    assert all(before != after for before, after in pairwise(stamps))


def test_a_lead_is_not_told_that_something_happened_elsewhere(app):
    mine, theirs = make_lane_team(), make_lane_team("Other", organization="Others")
    lead = actor_with(Role.PROVIDER_LEAD, organization_id=mine.organization_id)
    before = stamp(lead)

    make_call(team_id=theirs.id)
    unchanged = stamp(lead)
    make_call(team_id=mine.id)

    assert unchanged == before
    assert stamp(lead) != before


def test_a_row_with_an_earlier_id_that_is_committed_later_still_changes_it(app):
    seen_by = actor_with(Role.COORDINATOR)
    with time_machine.travel(NOON.replace(second=10), tick=False):
        late_id_source = make_call()
    before = stamp(seen_by)
    with time_machine.travel(NOON.replace(second=5), tick=False):
        make_call()

    assert stamp(seen_by) != before
    assert late_id_source.id


def test_the_stamp_of_one_call_changes_with_that_call_only(client_as):
    one, other = make_call(), make_call()
    coordinator = client_as(Role.COORDINATOR)
    before = coordinator.get(f"/board/{one.id}/stamp").text
    someone = actor_with(Role.COORDINATOR)

    journey.accept(other, actor=someone)
    unchanged = coordinator.get(f"/board/{one.id}/stamp").text
    journey.accept(one, actor=someone)

    assert unchanged == before
    assert coordinator.get(f"/board/{one.id}/stamp").text != before


def test_the_stamp_costs_one_statement(app, count_queries):
    seen_by = actor_with(Role.COORDINATOR)
    db.session.commit()
    with count_queries() as counted:
        stamp_of(seen_by, clock.now())

    assert counted.count == 1

"""The list by turns: odd questions, narrowing, the late ones, and what it costs."""

from datetime import timedelta

import pytest

from app.accounts.permissions import Role
from app.cases.models import ConflictCase
from app.foundation import clock
from app.foundation.db import db
from tests.support.handoffs import make_world
from tests.support.people import make_account


@pytest.fixture
def world(app):
    return make_world()


@pytest.mark.one_database
@pytest.mark.parametrize(
    "query",
    [
        "turn=x",
        "page=x",
        "kind=x",
        "area=%F0%9F%8C%B3",
        "language=zz",
        "turn=ran_out",
        "turn=closed",
        "kind=shelter&language=es",
    ],
)
def test_odd_questions_are_answered(world, client_as, query):
    world.sent()

    assert client_as(Role.OFFICE_STAFF).get(f"/service-referrals?{query}").status_code == 200


def test_a_late_one_is_phoned_about_or_closed(world, client_as, time_machine):
    handoff = world.sent()
    time_machine.move_to(clock.now() + timedelta(days=5), tick=True)
    mediator = client_as(world.keeper)

    page = mediator.get(f"/service-referrals/{handoff.id}").text

    assert "Phone the partner" in page
    assert "Close without an answer" in page
    assert "Lapsed" in mediator.get("/service-referrals?turn=ran_out").text


def test_the_list_is_narrowed(world, client_as):
    world.sent()
    office = client_as(Role.OFFICE_STAFF)
    area = db.session.get(ConflictCase, world.case.id).area_id

    def shown(query):
        return world.party.bird in office.get(f"/service-referrals?turn=partner&{query}").text

    assert shown(f"kind=shelter&language=es&area={area}")
    assert not shown("kind=food")
    assert not shown("language=ko")
    assert not shown("area=nowhere")


def test_a_longer_list_costs_no_more_queries(world, client_as, count_queries):
    office = client_as(make_account(Role.OFFICE_STAFF))
    world.sent()
    with count_queries() as one:
        office.get("/service-referrals?turn=partner")
    for _ in range(6):
        world.sent()

    with count_queries() as many:
        office.get("/service-referrals?turn=partner")

    assert many.count <= one.count

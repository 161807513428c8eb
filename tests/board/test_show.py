"""The board as each role sees it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.assignments.help import ask_for_help
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.delivery.models import WorkerBeat
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import Source, State
from app.referrals.natures import Nature
from app.referrals.queries import list_board
from app.roster.lanes import Lane
from tests.support.board import actor_with, area_named, make_call, make_lane_team, make_responder_on_shift
from tests.support.people import make_account


@pytest.mark.parametrize("state", sorted(set(State) - {State.PARKED}))
def test_every_state_has_its_place_on_the_board(client_as, state):
    call = make_call(state, area_id=area_named("Southeast").id, reason="declined")

    page = client_as(Role.COORDINATOR).get("/board")

    assert page.status_code == 200
    assert f'id="r-{call.id}"' in page.text
    assert "No owner" not in page.text


def test_what_has_overtaken_its_call_is_not_on_the_board_yet(client_as):
    call = make_call(State.PARKED)

    assert f'id="r-{call.id}"' not in client_as(Role.COORDINATOR).get("/board").text


def test_an_empty_board_says_that_the_line_is_up_and_when_the_last_call_came(client_as):
    db.session.add(WorkerBeat(worker="one", at=clock.now()))
    make_call(
        State.CLOSED, moved_at=clock.now() - timedelta(hours=5), received_at=clock.now() - timedelta(hours=6)
    )

    page = client_as(Role.COORDINATOR).get("/board").text

    assert "No calls now" in page
    assert "Dispatch up" in page
    assert "The last call came" in page


@pytest.mark.parametrize("minutes", [-2, 60], ids=["long ago", "in the future"])
def test_a_clock_keeper_that_stands_still_is_said_in_words(client_as, minutes):
    db.session.add(WorkerBeat(worker="one", at=clock.now() + timedelta(minutes=minutes)))

    assert "Clocks stopped. Phone dispatch." in client_as(Role.COORDINATOR).get("/board").text


def test_a_call_about_to_lapse_stands_on_top_and_in_the_title(client_as):
    make_call(State.OFFERED, left=900)
    lapsing = make_call(State.OFFERED, left=20, nature=Nature.FAMILY)

    page = client_as(Role.COORDINATOR).get("/board").text

    assert 'role="alert"' in page
    assert "Family argument, place not known, waits for a yes" in page
    assert f'href="#r-{lapsing.id}"' in page
    assert "1 lapsing · Board" in page


def test_every_page_of_a_coordinator_can_ask_for_the_lapse_line(client_as):
    coordinator = client_as(Role.COORDINATOR)
    make_call(State.OFFERED, left=300)
    assert coordinator.get("/board/pressing").status_code == 204

    call = make_call(State.OFFERED, left=20, area_id=area_named("Southeast").id)
    answer = coordinator.get("/board/pressing").json

    assert (answer["what"], answer["url"]) == ("Neighbor dispute, Southeast", f"/board/{call.id}")
    assert client_as(Role.OFFICE_STAFF).get("/board/pressing").status_code == 403


def test_what_is_about_to_lapse_is_shown_in_whatever_lane(client_as):
    make_call(State.OFFERED, left=20, lane=Lane.UNARMED_CRISIS)

    page = client_as(Role.COORDINATOR).get("/board?lane=mediation").text

    assert "waits for a yes" in page
    assert "No calls in this lane" in page


def test_a_lane_narrows_the_rack(client_as):
    ours, other = make_call(lane=Lane.MEDIATION), make_call(lane=Lane.UNARMED_CRISIS)

    page = client_as(Role.COORDINATOR).get("/board?lane=mediation").text

    assert f"r-{ours.id}" in page
    assert f"r-{other.id}" not in page
    assert client_as(Role.COORDINATOR).get("/board?lane=nothing-we-know").status_code == 200


def test_who_is_free_is_counted_by_lane(client_as):
    team = make_lane_team()
    make_responder_on_shift(team)
    make_responder_on_shift(team)

    page = client_as(Role.COORDINATOR).get("/board").text

    assert '<td class="num">2</td><td class="num">2</td>' in page


def test_a_call_for_help_stands_on_the_board_until_somebody_has_it(client_as):
    asking = actor_with(Role.MEDIATOR, name="Ana Ruiz")
    call = ask_for_help(None, actor=asking)
    coordinator = client_as(Role.COORDINATOR)

    assert "Ana Ruiz asks for help" in coordinator.get("/board").text
    assert coordinator.post(f"/board/help/{call.id}/answer").status_code == 303
    assert "asks for help" not in coordinator.get("/board").text

    second = client_as(Role.COORDINATOR)
    second.post(f"/board/help/{call.id}/answer")
    assert "Somebody else has the call for help" in second.get("/board").text


def test_nothing_that_was_told_is_on_the_board(client_as):
    make_call(State.OFFERED)

    page = client_as(Role.COORDINATOR).get("/board").text

    assert "verbal argument" not in page
    assert "E 4th" not in page
    assert "555-0142" not in page
    assert not db.session.scalars(select(AuditEntry).where(AuditEntry.what == What.REFERRAL_READ)).all()


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.ADMIN, Role.ANALYST, Role.COUNTY_PARTNER, Role.AUDITOR])
@pytest.mark.parametrize("path", ["/board", "/board/stamp"])
def test_the_board_is_shut_for_those_whose_work_it_is_not(client_as, role, path):
    assert client_as(role).get(path).status_code == 403


def test_a_provider_lead_sees_the_calls_of_their_own_teams_only_and_no_reasons(client_as):
    mine, theirs = make_lane_team(), make_lane_team("Other", organization="Others")
    own = make_call(team_id=mine.id)
    foreign = make_call(team_id=theirs.id)
    lead = client_as(Role.PROVIDER_LEAD, organization_id=mine.organization_id)

    page = lead.get("/board").text

    assert f"r-{own.id}" in page
    assert f"r-{foreign.id}" not in page
    assert "Asked about weapons" not in page
    assert f"/board/{own.id}/accept" not in page
    assert lead.get(f"/board/{foreign.id}").status_code == 404
    assert lead.get(f"/board/{foreign.id}/stamp").status_code == 404


def test_office_staff_see_the_board_and_are_offered_no_act(client_as):
    call = make_call(State.OFFERED)

    page = client_as(Role.OFFICE_STAFF).get("/board").text

    assert "A coordinator decides" in page
    assert f"/board/{call.id}/accept" not in page
    assert f"/board/{call.id}/return" not in page


def test_a_residents_call_is_ours_and_offers_no_way_to_give_it_away(client_as):
    call = make_call(State.OFFERED, source=Source.RESIDENT)

    page = client_as(Role.COORDINATOR).get("/board").text

    assert "A resident asked us." in page
    assert f"/board/{call.id}/return" not in page
    assert "Owner: the office" in page


def test_the_map_shows_calls_by_area_with_a_table_beside_it(client_as):
    make_call(area_id=area_named("Hollenbeck").id)

    page = client_as(Role.COORDINATOR).get("/board").text

    assert 'class="m-dot m-dot--m"' in page
    assert '<th scope="row">Hollenbeck</th>' in page


def test_the_cost_of_a_board_does_not_grow_with_its_calls(client_as, count_queries):
    coordinator = client_as(Role.COORDINATOR)
    team = make_lane_team()
    make_call(team_id=team.id)
    with count_queries() as few:
        coordinator.get("/board")
    for _ in range(12):
        make_call(team_id=team.id)
    with count_queries() as many:
        coordinator.get("/board")

    assert many.count <= few.count + 1


@pytest.mark.parametrize(
    ("state", "is_shown"),
    [
        (State.ACCEPTED, False),
        (State.CONTACTING, False),
        (State.ENGAGED, False),
        (State.ACCEPT_PENDING, True),
        (State.HANDING_BACK, True),
        (State.CANCEL_REQUESTED, True),
    ],
)
def test_a_call_of_which_all_are_clear_stays_while_dispatch_has_not_answered(app, state, is_shown):
    referral = make_call(state, cleared_at=clock.now())
    shown = list_board(actor_of(make_account(Role.COORDINATOR)), clock.now())

    assert (referral in shown) is is_shown

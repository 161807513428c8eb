"""Each act of the board, through the front door, against the journey."""

import pytest

from app.accounts.permissions import Role
from app.assignments.models import Step
from app.assignments.queries import current_for_referral
from app.foundation.db import db
from app.referrals.models import Custody, Source, State
from app.referrals.queries import list_states
from tests.support.board import make_call, make_lane_team, make_responder_on_shift
from tests.support.places import make_area
from tests.support.referrals import Dispatch, call, make_covering_team, referral_now

ACTS = ("accept", "offer", "return", "dispatch-has-it", "stand-down")


def stands(referral):
    now = referral_now(referral.id)
    return now.state, now.custody


def test_accepting_tells_the_name_and_waits_for_dispatch(client_as):
    referral = make_call(State.OFFERED)
    coordinator = client_as(Role.COORDINATOR, name="D. Okafor")

    answer = coordinator.post(f"/board/{referral.id}/accept")

    assert answer.status_code == 303
    assert answer.location.endswith(f"/board#r-{referral.id}")
    assert stands(referral) == (State.ACCEPT_PENDING, Custody.BOTH)
    page = coordinator.get("/board").text
    assert "You accepted." in page
    assert "Accepted by D. Okafor" in page
    assert "Dispatch confirms" in page


def test_of_two_coordinators_the_second_is_told_who_was_faster(client_as):
    referral = make_call(State.OFFERED)
    first, second = client_as(Role.COORDINATOR, name="D. Okafor"), client_as(Role.COORDINATOR)
    first.post(f"/board/{referral.id}/accept")

    answer = second.post(f"/board/{referral.id}/accept")

    assert answer.status_code == 409
    assert "D. Okafor was faster, at " in answer.text
    assert "Dispatch confirms" in answer.text
    assert len(list_states(referral.id)) == 2


def test_pressing_twice_is_said_kindly(client_as):
    referral = make_call(State.OFFERED)
    coordinator = client_as(Role.COORDINATOR)
    coordinator.post(f"/board/{referral.id}/accept")

    assert "You have done this already" in coordinator.post(f"/board/{referral.id}/accept").text


def test_when_the_clock_was_faster_nobody_is_blamed(client_as):
    referral = make_call(State.HANDED_BACK, reason="clock_ran_out")

    answer = client_as(Role.COORDINATOR).post(f"/board/{referral.id}/accept")

    assert answer.status_code == 409
    assert "the clock ran out" in answer.text


def test_a_call_waiting_for_a_person_is_given_back_at_once(client_as):
    referral = make_call(State.OFFERED)
    coordinator = client_as(Role.COORDINATOR)

    assert "Nobody can come in time" in coordinator.get(f"/board/{referral.id}/return").text
    answer = coordinator.post(f"/board/{referral.id}/return", data={"reason": "no_team_free"})

    assert answer.status_code == 303
    assert stands(referral) == (State.HANDED_BACK, Custody.DISPATCH)
    assert referral_now(referral.id).reason == "no_team_free"


@pytest.mark.parametrize("reason", ["", "made_up", "danger_on_scene", "x" * 500, "<script>"])
def test_a_reason_that_is_not_offered_gives_nothing_back(client_as, reason):
    referral = make_call(State.OFFERED)

    answer = client_as(Role.COORDINATOR).post(f"/board/{referral.id}/return", data={"reason": reason})

    assert answer.status_code == 422
    assert stands(referral) == (State.OFFERED, Custody.DISPATCH)


def test_after_our_yes_both_own_it_until_dispatch_says_that_it_has_it(client_as):
    referral = make_call(State.ACCEPTED)
    coordinator = client_as(Role.COORDINATOR)

    coordinator.post(f"/board/{referral.id}/return", data={"reason": "danger_on_scene"})
    assert stands(referral) == (State.HANDING_BACK, Custody.BOTH)
    phone = coordinator.get(f"/board/{referral.id}/phone").text
    assert referral.incident_id in phone
    assert "Danger seen or heard on scene." in phone

    coordinator.post(f"/board/{referral.id}/dispatch-has-it")
    assert stands(referral) == (State.HANDED_BACK, Custody.DISPATCH)
    assert list_states(referral.id)[-1].actor_id == coordinator.account_id
    assert coordinator.get(f"/board/{referral.id}/phone").status_code == 409


def test_a_review_is_offered_only_where_a_team_covers_the_place(client_as):
    covered = make_call(State.IN_REVIEW, team_id=make_lane_team().id)
    uncovered = make_call(State.IN_REVIEW)
    coordinator = client_as(Role.COORDINATOR)

    assert coordinator.post(f"/board/{covered.id}/offer").status_code == 303
    answer = coordinator.post(f"/board/{uncovered.id}/offer")

    assert (answer.status_code, "No team covers this place now" in answer.text) == (409, True)
    assert stands(covered) == (State.OFFERED, Custody.DISPATCH)
    assert stands(uncovered) == (State.IN_REVIEW, Custody.DISPATCH)


def test_a_cancelled_call_is_let_go_by_a_person(client_as):
    referral = make_call(State.CANCEL_REQUESTED)
    coordinator = client_as(Role.COORDINATOR)
    assert "Stand the team down" in coordinator.get(f"/board/{referral.id}").text

    coordinator.post(f"/board/{referral.id}/stand-down")

    assert stands(referral) == (State.CANCELLED, Custody.DISPATCH)


def test_sending_someone_shows_who_may_go_and_why_others_may_not(client_as):
    team = make_lane_team()
    free = make_responder_on_shift(team, name="A. Whitfield")
    referral = make_call(State.ACCEPTED, team_id=team.id)
    coordinator = client_as(Role.COORDINATOR)

    page = coordinator.get(f"/board/{referral.id}/send").text
    assert "A. Whitfield" in page
    assert "on shift, speaks the language, free" in page

    answer = coordinator.post(f"/board/{referral.id}/send", data={"account_id": free.id})
    assert answer.status_code == 303
    sent = current_for_referral(referral.id)
    assert [(one.account_id, one.step) for one in sent] == [(free.id, Step.ASSIGNED)]
    board = coordinator.get("/board").text
    assert "A. Whitfield is asked to go." in board
    assert "The team says yes" in board


def test_somebody_of_another_team_cannot_be_sent(client_as):
    team, other = make_lane_team(), make_lane_team("Other", organization="Others")
    make_responder_on_shift(team)
    stranger = make_responder_on_shift(other)
    referral = make_call(State.ACCEPTED, team_id=team.id)

    answer = client_as(Role.COORDINATOR).post(f"/board/{referral.id}/send", data={"account_id": stranger.id})

    assert answer.status_code == 422
    assert not current_for_referral(referral.id)


def test_a_lead_sends_their_own_people_to_their_own_calls(client_as):
    mine, theirs = make_lane_team(), make_lane_team("Other", organization="Others")
    responder = make_responder_on_shift(mine)
    own = make_call(State.ACCEPTED, team_id=mine.id)
    foreign = make_call(State.ACCEPTED, team_id=theirs.id)
    lead = client_as(Role.PROVIDER_LEAD, organization_id=mine.organization_id)

    assert lead.post(f"/board/{own.id}/send", data={"account_id": responder.id}).status_code == 303
    assert lead.get(f"/board/{foreign.id}/send").status_code == 404
    assert lead.post(f"/board/{own.id}/return", data={"reason": "declined"}).status_code == 404


def test_nobody_is_sent_to_a_call_that_is_not_ours(client_as):
    referral = make_call(State.OFFERED)

    assert client_as(Role.COORDINATOR).get(f"/board/{referral.id}/send").status_code == 409


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "role", [Role.OFFICE_STAFF, Role.MEDIATOR, Role.ADMIN, Role.PROVIDER_LEAD, Role.AUDITOR]
)
def test_only_a_coordinator_acts(client_as, role, act):
    referral = make_call(State.OFFERED)

    assert client_as(role).post(f"/board/{referral.id}/{act}").status_code == 404
    assert stands(referral) == (State.OFFERED, Custody.DISPATCH)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_from_a_foreign_page_is_refused(client_as, act):
    referral = make_call(State.OFFERED)

    assert client_as(Role.COORDINATOR).post(f"/board/{referral.id}/{act}", csrf=False).status_code == 400
    assert stands(referral) == (State.OFFERED, Custody.DISPATCH)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("unknown", ["nothing", "x" * 200, "%00", "01" * 13])
def test_an_act_on_no_call_is_not_found(client_as, act, unknown):
    assert client_as(Role.COORDINATOR).post(f"/board/{unknown}/{act}").status_code == 404


def test_a_residents_call_is_accepted_and_is_ours_at_once(client_as):
    referral = make_call(State.OFFERED, source=Source.RESIDENT)
    coordinator = client_as(Role.COORDINATOR)

    coordinator.post(f"/board/{referral.id}/accept")
    assert stands(referral) == (State.ACCEPTED, Custody.OFFICE)

    answer = coordinator.post(f"/board/{referral.id}/return", data={"reason": "declined"})
    assert answer.status_code == 409
    assert stands(referral) == (State.ACCEPTED, Custody.OFFICE)


def test_a_call_from_the_hook_to_a_person_on_the_way(app, client_as):
    make_area()
    team, responder = make_covering_team()
    dispatch = Dispatch(app)
    referral_id = dispatch.offer(call()).json["id"]
    coordinator = client_as(Role.COORDINATOR)
    assert team.name in coordinator.get("/board").text

    coordinator.post(f"/board/{referral_id}/accept")
    assert dispatch.tell(referral_id, "confirm").json["custody"] == "office"
    assert "Send someone" in coordinator.get("/board").text

    coordinator.post(f"/board/{referral_id}/send", data={"account_id": responder.id})
    assert responder.name in coordinator.get("/board").text
    db.session.expire_all()

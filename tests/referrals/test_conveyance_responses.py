"""What a centre is told by conveyance, and what its responses do: 200 moves a call, all else is kept."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import journey
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.cases.models import Outcome
from app.cases.queries import find_of_referral
from app.delivery.models import OutboxMessage
from app.delivery.webhook import body_of
from app.foundation import clock
from app.foundation.db import db
from app.referrals import conveyance_rows
from app.referrals.models import Custody, MessageKind, Referral, ReferralMessage, State
from app.worker import ring_lapses
from tests.support.conveyance import KEY, Centre, accept, code_of, the_call, told
from tests.support.eido import offer_document
from tests.support.people import make_account
from tests.support.places import make_area
from tests.support.referrals import call, make_covering_team, referral_now


@pytest.fixture
def centre(app: Flask) -> Centre:
    make_area()
    make_covering_team()
    return Centre(app, callback_url="https://cad.example.gov/told")


@pytest.fixture
def coordinator(app: Flask) -> Account:
    return make_account(Role.COORDINATOR)


def test_our_yes_is_a_response_and_theirs_confirms_it(centre: Centre, coordinator: Account) -> None:
    centre.request()
    accept(coordinator)
    [yes] = told()
    assert (yes["response"]["requestId"], yes["response"]["responseCode"]) == ("r1", 200)
    assert the_call().custody is Custody.BOTH

    answer = centre.respond(200)

    assert (answer.status_code, code_of(answer)) == (200, 200)
    assert (the_call().state, the_call().custody) == (State.ACCEPTED, Custody.OFFICE)
    assert code_of(centre.respond(200)) == 200  # said twice is fine


def test_a_yes_to_a_call_that_nobody_here_took_moves_nothing(centre: Centre) -> None:
    centre.request()
    answer = centre.respond(200)

    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (409, "custody-expired")
    assert (the_call().state, the_call().custody) == (State.OFFERED, Custody.DISPATCH)
    assert not conveyance_rows.list_responses(the_call().id)


@pytest.mark.parametrize("code", [180, 408, 603])
def test_any_other_response_is_kept_and_moves_nothing(
    centre: Centre, coordinator: Account, code: int
) -> None:
    centre.request()
    accept(coordinator)

    answer = centre.respond(code)

    assert (answer.status_code, code_of(answer)) == (200, 180)
    assert the_call().state is State.ACCEPT_PENDING
    assert [row.code for row in conveyance_rows.list_responses(the_call().id)] == [code]
    kinds = db.session.scalars(select(ReferralMessage.kind).order_by(ReferralMessage.id)).all()
    assert kinds == [MessageKind.CREATE, MessageKind.CONFIRM]


def test_a_no_before_our_yes_is_a_decline(centre: Centre, coordinator: Account) -> None:
    centre.request()
    journey.give_back(the_call(), "judged_unsafe", actor=actor_of(coordinator))
    db.session.commit()

    [no] = told()
    assert (no["response"]["responseCode"], "judged_unsafe" in no["response"]["responseText"]) == (603, True)


def test_a_call_given_back_after_our_yes_is_a_request_of_ours_until_dispatch_takes_it(
    centre: Centre, coordinator: Account
) -> None:
    centre.request()
    accept(coordinator)
    centre.respond(200)
    journey.give_back(the_call(), "danger_on_scene", actor=actor_of(coordinator))
    db.session.commit()
    ours = told()[-1]["requestForService"]
    assert ours["eido"]["$id"] == the_call().incident_id
    assert ours["eido"]["agencyComponent"][0]["incidentOwningAgencyIndicator"] is True

    for code in (180, 603):
        assert centre.respond(code, ours["requestId"]).status_code == 200
        assert (the_call().state, the_call().custody) == (State.HANDING_BACK, Custody.BOTH)
    answer = centre.respond(200, ours["requestId"])

    assert (answer.status_code, code_of(answer)) == (200, 603)
    assert (the_call().state, the_call().custody) == (State.HANDED_BACK, Custody.DISPATCH)


def test_a_yes_to_the_first_request_is_no_word_on_the_call_given_back(
    centre: Centre, coordinator: Account
) -> None:
    """Dispatch confirms late, as we give the call back: it may have let go, so our duty stays."""
    centre.request()
    accept(coordinator)
    journey.give_back(the_call(), "not_confirmed", actor=actor_of(coordinator))
    db.session.commit()

    assert centre.respond(200).status_code == 409
    assert (the_call().state, the_call().custody) == (State.HANDING_BACK, Custody.BOTH)


def test_a_closed_call_is_told_with_its_disposition(centre: Centre, coordinator: Account) -> None:
    centre.request()
    accept(coordinator)
    centre.respond(200)
    case = find_of_referral(the_call().id)
    assert case
    journey.close_case(case, Outcome.CALMED, actor=actor_of(coordinator))
    db.session.commit()

    notice = told()[-1]["requestAwareness"]
    [disposition] = notice["eido"]["incidentComponent"]["dispositionComponent"]
    assert disposition["dispositionCommonRegistryCode"] == "05"
    assert centre.respond(200, notice["requestId"]).status_code == 200
    assert the_call().state is State.CLOSED


def test_a_request_may_be_withdrawn(centre: Centre, coordinator: Account) -> None:
    centre.request()
    answer = centre.tell_us({"cancelRequest": {"requestId": "r1"}})
    assert (answer.status_code, code_of(answer), the_call().state) == (200, 603, State.CANCELLED)

    centre.request(offer_document("26000999abcd"), "r2")
    waiting = db.session.scalars(select(Referral).where(Referral.state == State.OFFERED)).one()
    journey.accept(waiting, actor=actor_of(coordinator))
    db.session.commit()
    answer = centre.tell_us({"cancelRequest": {"requestId": "r2"}})
    assert (answer.status_code, code_of(answer)) == (202, 180)
    assert referral_now(waiting.id).state is State.CANCEL_REQUESTED
    journey.agree_to_cancel(referral_now(waiting.id), actor=actor_of(coordinator))
    db.session.commit()
    assert told()[-1]["response"]["responseCode"] == 603


def test_nobody_answers_what_they_did_not_ask(centre: Centre, coordinator: Account, app: Flask) -> None:
    centre.request()
    accept(coordinator)
    stranger = Centre(app)

    for answer in (stranger.respond(200), centre.respond(200, "gone")):
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert the_call().state is State.ACCEPT_PENDING


def test_our_own_request_is_not_theirs_to_withdraw(centre: Centre, coordinator: Account) -> None:
    centre.request()
    accept(coordinator)
    journey.give_back(the_call(), "danger_on_scene", actor=actor_of(coordinator))
    db.session.commit()
    ours = told()[-1]["requestForService"]["requestId"]

    assert centre.tell_us({"cancelRequest": {"requestId": ours}}).status_code == 404
    assert the_call().state is State.HANDING_BACK


def test_a_call_that_came_by_the_hook_is_told_in_our_own_shape(centre: Centre, coordinator: Account) -> None:
    centre.offer(call())
    accept(coordinator)

    [message] = db.session.scalars(select(OutboxMessage)).all()
    body = json.loads(body_of(message))
    assert (body["type"], body["data"]["custody"]) == ("referral.accepted", "both")


def test_a_call_that_lapses_is_a_decline_in_the_same_shape(centre: Centre) -> None:
    centre.request()

    while ring_lapses(clock.now() + timedelta(hours=1)):
        pass

    [no] = told()
    assert (the_call().state, no["response"]["responseCode"]) == (State.HANDED_BACK, 603)
    assert no["response"]["responseText"] == "handed_back (clock_ran_out); custody dispatch"


def test_a_request_id_of_a_call_that_ended_is_not_the_id_of_the_next(centre: Centre) -> None:
    """A late response could mean either: the one that ended, or the one that somebody is on."""
    centre.request()
    centre.tell_us({"cancelRequest": {"requestId": "r1"}})

    assert centre.request(offer_document(KEY, clock.now() + timedelta(seconds=1))).status_code == 422
    anew = centre.request(offer_document(KEY, clock.now() + timedelta(seconds=1)), "r2")
    assert (anew.status_code, code_of(anew)) == (201, 182)


def test_what_is_refused_of_a_call_that_is_ours_says_so(centre: Centre, coordinator: Account) -> None:
    centre.request()
    accept(coordinator)
    centre.respond(200)
    journey.close_case(find_of_referral(the_call().id), Outcome.CALMED, actor=actor_of(coordinator))
    db.session.commit()

    answer = centre.tell_us({"cancelRequest": {"requestId": "r1"}})

    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (409, "terminal-state")
    assert (answer.json["state"], answer.json["custody"]) == ("closed", "office")

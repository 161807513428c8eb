"""Too much at once: a call is never refused for it, a question waits a second."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.accounts import breaker
from app.accounts.models import DispatchClient
from app.delivery.signatures import sign
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import State
from app.triage.queries import latest_screening
from tests.support.conveyance import KEY, Centre, the_call
from tests.support.eido import offer_document
from tests.support.referrals import HOOK, SAFE_ANSWERS, Dispatch, call, referral_now

TOO_MANY = "too_many_at_once"


def flood(dispatch: Dispatch) -> None:
    """Its key sends more than anybody would, until nearly a second from now: a slow test fills nothing."""
    key_id = db.session.get_one(DispatchClient, dispatch.client_id).keys[0].id
    for kind in (breaker.new_calls, breaker.looks):
        while not kind.is_too_much(key_id, clock.now() + timedelta(seconds=0.9)):
            pass


@pytest.fixture
def flooded(dispatch: Dispatch) -> Dispatch:
    flood(dispatch)
    return dispatch


def look(app: Flask, dispatch: Dispatch, referral_id: str) -> TestResponse:
    db.session.commit()
    with app.app_context():
        headers = sign(dispatch.secret, "look", clock.now(), b"")
        return app.test_client().get(f"{HOOK}/{referral_id}", headers=headers)


def test_a_call_too_many_is_kept_and_a_person_looks_first(flooded: Dispatch) -> None:
    answer = flooded.offer()

    assert (answer.status_code, answer.json["decision"]) == (201, "review")
    assert (answer.json["state"], answer.json["reason"]) == ("in_review", TOO_MANY)
    assert answer.json["custody"] == "dispatch"
    assert answer.json["reasons"] == [TOO_MANY]
    referral = referral_now(answer.json["id"])
    assert (referral.state, referral.team_id is not None) == (State.IN_REVIEW, True)
    screening = latest_screening(referral.id)
    assert screening is not None
    assert TOO_MANY in [one["code"] for one in screening.reasons]


def test_a_call_too_many_is_read_by_a_person_also_after_its_update(flooded: Dispatch) -> None:
    early = flooded.tell_incident("L-1", "updates", {"version": 2, "narrative": "They are both outside now."})
    came = flooded.offer(call(incident_id="L-1"))

    assert (early.status_code, came.status_code, came.json["id"]) == (202, 201, early.json["id"])
    assert (came.json["state"], came.json["reason"]) == ("in_review", TOO_MANY)
    assert came.json["reasons"] == [TOO_MANY]


def test_a_call_too_many_is_read_by_a_person_also_when_it_is_offered_anew(
    dispatch: Dispatch,
) -> None:
    first = dispatch.offer(call(incident_id="L-1"))
    dispatch.tell(first.json["id"], "cancel")
    flood(dispatch)
    anew = dispatch.offer(call(incident_id="L-1", version=2))

    assert (first.json["state"], anew.status_code, anew.json["id"] != first.json["id"]) == (
        "offered",
        201,
        True,
    )
    assert (anew.json["state"], anew.json["reason"]) == ("in_review", TOO_MANY)


def test_an_eido_conveyed_too_many_is_read_by_a_person_also_after_its_update(
    app: Flask, dispatch: Dispatch
) -> None:
    centre = Centre(app, callback_url="https://cad.example.gov/told")
    document = offer_document(KEY)
    centre.tell_incident(document["$id"], "updates", {"version": 2, "narrative": "They talk again."})
    flood(centre)
    centre.request()

    referral = the_call()
    assert (referral.state, referral.reason) == (State.IN_REVIEW, TOO_MANY)


@pytest.mark.parametrize(
    ("changes", "decision", "reason"),
    [
        ({"answers": {**SAFE_ANSWERS, "weapons": "yes"}}, "return", "weapons_yes"),
        ({"location": {"lat": 40.0, "lon": -100.0}}, "return", "out_of_area"),
        ({"answers": {**SAFE_ANSWERS, "weapons": "unknown"}}, "review", "weapons_unknown"),
    ],
)
def test_too_many_calls_lower_no_risk(flooded: Dispatch, changes: dict, decision: str, reason: str) -> None:
    answer = flooded.offer(call(**changes))

    assert (answer.status_code, answer.json["decision"], answer.json["reason"]) == (201, decision, reason)
    assert answer.json["reasons"][-1] == TOO_MANY


def test_no_call_of_a_flood_is_refused(dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "BURST", 5)
    answers = [dispatch.offer() for _ in range(12)]

    assert {answer.status_code for answer in answers} == {201}
    assert [answer.json["state"] for answer in answers[:5]] == ["offered"] * 5
    assert "in_review" in {answer.json["state"] for answer in answers[5:]}


def test_a_question_too_many_is_told_to_come_again(app: Flask, flooded: Dispatch) -> None:
    referral_id = flooded.offer().json["id"]
    answer = look(app, flooded, referral_id)

    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (429, "slow-down")
    assert (answer.headers["Retry-After"], answer.json["custody"]) == ("1", "dispatch")
    assert flooded.tell(referral_id, "cancel").status_code == 200
    with clock.as_of(clock.now() + timedelta(seconds=1)):
        assert look(app, flooded, referral_id).status_code == 200


def test_another_key_may_ask_and_offer(app: Flask, flooded: Dispatch) -> None:
    other = Dispatch(app)
    answer = other.offer()

    assert answer.json["state"] == "offered"
    assert look(app, other, answer.json["id"]).status_code == 200

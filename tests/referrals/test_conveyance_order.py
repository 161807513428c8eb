"""A `cancelRequest` that overtakes its `requestForService`: what was withdrawn is not offered to anybody."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import Referral, ReferralMessage, State
from app.referrals.queries import find_latest, find_told
from tests.support.conveyance import KEY, Centre, code_of
from tests.support.eido import CALM, changed, offer_document
from tests.support.places import make_area
from tests.support.referrals import make_covering_team

SAID = "cancelled (cancelled_by_dispatch); custody dispatch"
TYPE = "/incidentComponent/incidentTypeCommonRegistryText"


@pytest.fixture
def centre(app: Flask) -> Centre:
    make_area()
    make_covering_team()
    return Centre(app, callback_url="https://cad.example.gov/told")


@pytest.fixture
def now() -> datetime:
    return clock.now()


def withdraw(centre: Centre, request_id: str = "r1", **kwargs: str):
    return centre.tell_us({"cancelRequest": {"requestId": request_id}}, **kwargs)


def the_call(centre: Centre) -> Referral:
    """The latest of the incident."""
    db.session.expire_all()
    found = find_latest(centre.client_id, offer_document(KEY)["$id"])
    assert found is not None
    return found


def said(answer) -> tuple[int, int, str]:
    return answer.status_code, code_of(answer), answer.json["response"]["responseText"]


def test_a_request_that_was_withdrawn_before_it_came_is_cancelled(centre: Centre) -> None:
    assert said(withdraw(centre)) == (200, 603, SAID)

    assert said(centre.request()) == (200, 603, SAID)
    assert the_call(centre).state is State.CANCELLED
    assert the_call(centre).clock_due_at is None
    assert find_told(the_call(centre)).everything == CALM


def test_each_of_them_again_is_a_repeat(centre: Centre) -> None:
    document = offer_document(KEY)
    first = withdraw(centre, message_id="m1")
    came = centre.request(document, message_id="m2")
    kept = db.session.scalar(select(func.count()).select_from(ReferralMessage))

    for again, before in (
        (withdraw(centre, message_id="m1"), first),
        (centre.request(document, message_id="m2"), came),
    ):
        assert (again.status_code, again.json) == (200, before.json)
        assert again.headers["Idempotent-Replayed"] == "true"
    assert db.session.scalar(select(func.count()).select_from(ReferralMessage)) == kept


def test_said_again_under_other_ids_it_stays_so(centre: Centre) -> None:
    document = offer_document(KEY)
    for _ in range(2):
        assert said(withdraw(centre)) == (200, 603, SAID)
    for _ in range(2):
        assert said(centre.request(document)) == (200, 603, SAID)
        assert said(withdraw(centre)) == (200, 603, SAID)

    assert the_call(centre).state is State.CANCELLED


def test_what_is_withdrawn_and_dangerous_goes_back_with_its_reason(centre: Centre) -> None:
    withdraw(centre)
    answer = centre.request(changed(offer_document(KEY), TYPE, "DVA"))

    assert said(answer) == (201, 603, "handed_back (call_type_danger); custody dispatch")


def test_the_same_incident_is_offered_under_a_new_request(centre: Centre, now: datetime) -> None:
    withdraw(centre)
    centre.request(offer_document(KEY, now - timedelta(seconds=2)))
    answer = centre.request(offer_document(KEY, now), "r2")

    assert (answer.status_code, code_of(answer)) == (201, 182)
    assert the_call(centre).state is State.OFFERED


def test_the_withdrawal_of_one_request_leaves_a_call_of_another(centre: Centre, now: datetime) -> None:
    """The first request and its withdrawal were both held up; the second one is what dispatch wants."""
    withdraw(centre, "r1")
    centre.request(offer_document(KEY, now), "r2")

    late = centre.request(offer_document(KEY, now - timedelta(seconds=2), notes="Both at the fence."), "r1")

    assert (late.status_code, code_of(late)) == (200, 182)
    assert "Both at the fence." in find_told(the_call(centre)).everything
    assert said(withdraw(centre, "r1")) == (200, 603, SAID)
    assert the_call(centre).state is State.OFFERED


def test_a_call_whose_update_came_first_is_withdrawn_with_its_request(centre: Centre, now: datetime) -> None:
    document = offer_document(KEY, now)
    centre.tell_incident(document["$id"], "updates", {"version": 1, "narrative": "They talk calmly."})
    withdraw(centre)

    assert said(centre.request(document)) == (200, 603, SAID)
    assert the_call(centre).state is State.CANCELLED


@pytest.mark.parametrize("request_id", ["r" * 120, "\u00c9" * 120, KEY])
def test_a_request_may_have_any_name(centre: Centre, request_id: str) -> None:
    assert said(withdraw(centre, request_id)) == (200, 603, SAID)
    assert (
        centre.request(offer_document(KEY), request_id + "x" if len(request_id) < 120 else "x").status_code
        == 201
    )

    other = offer_document("26000999abcd")
    assert said(centre.request(other, request_id)) == (200, 603, SAID)


def test_one_centre_withdraws_nothing_of_another(centre: Centre, app: Flask) -> None:
    stranger = Centre(app)
    centre.request()

    assert said(withdraw(stranger)) == (200, 603, SAID)
    assert the_call(centre).state is State.OFFERED

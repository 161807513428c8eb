"""Conveyance as a centre meets it: a request is a call, a response moves it, 200 is never said too early."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.referrals import conveyance_rows
from app.referrals.models import Custody, Referral, ReferralMessage, State
from app.referrals.queries import open_told
from tests.support.conveyance import DOOR, KEY, Centre, code_of, count, the_call
from tests.support.eido import CALM, changed, offer_document, whole_document
from tests.support.places import make_area
from tests.support.referrals import make_covering_team

SAMPLES = Path(__file__).parents[3] / "shared" / "standards" / "samples"
SECRET = "MrsInventedLivesThere"
TYPE = "/incidentComponent/incidentTypeCommonRegistryText"
ROLES = "/personComponent/0/personIncidentRoleRegistryText"


@pytest.fixture
def centre(app: Flask) -> Centre:
    make_area()
    make_covering_team()
    return Centre(app, callback_url="https://cad.example.gov/told")


def test_a_request_is_a_call_and_waits(centre: Centre) -> None:
    answer = centre.request()

    assert (answer.status_code, code_of(answer), answer.json["response"]["requestId"]) == (201, 182, "r1")
    assert answer.headers["Location"] == f"/api/v1/referrals/{the_call().id}"
    assert (the_call().state, the_call().custody) == (State.OFFERED, Custody.DISPATCH)
    assert open_told(the_call()).narrative == CALM


@pytest.mark.parametrize(
    ("pointer", "to", "code", "text"),
    [
        (TYPE, "EDP", 182, "in_review (call_type_crisis)"),
        (TYPE, "DVA", 603, "handed_back (call_type_danger)"),
        (
            "/personComponent/0/personIncidentRoleRegistryText",
            ["Patient"],
            603,
            "handed_back (person_patient)",
        ),
    ],
)
def test_what_is_not_offered_says_so_at_once(centre: Centre, pointer, to, code, text) -> None:
    answer = centre.request(changed(offer_document(KEY), pointer, to))

    assert (answer.status_code, code_of(answer)) == (201, code)
    assert answer.json["response"]["responseText"] == f"{text}; custody dispatch"


def test_the_same_message_is_answered_the_same_and_kept_once(centre: Centre) -> None:
    document = offer_document(KEY)
    first = centre.request(document, message_id="m1")
    again = centre.request(document, message_id="m1")

    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert count(Referral) == count(ReferralMessage) == 1
    assert centre.request(offer_document(KEY, notes="other"), message_id="m1").status_code == 422


def test_a_newer_document_joins_and_can_only_raise(centre: Centre) -> None:
    centre.request()
    answer = centre.request(offer_document(KEY, notes=f"{CALM} Now he has a knife."))

    assert (answer.status_code, code_of(answer)) == (200, 603)
    assert (count(Referral), the_call().reason) == (1, "word_weapon")


def test_an_incident_that_came_by_the_hook_may_be_asked_for_again(centre: Centre) -> None:
    document = offer_document(KEY)
    first = centre.offer(document, media_type="application/emergency.eido+json").json["id"]

    assert centre.request(document).status_code == 200
    assert conveyance_rows.request_of(first) == "r1"


def test_a_request_id_is_of_one_incident(centre: Centre) -> None:
    centre.request()
    answer = centre.request(offer_document("26000999abcd"))

    assert (answer.status_code, answer.json["custody"]) == (422, "dispatch")
    assert count(Referral) == 1


def test_a_bad_document_is_named_where_it_stands_and_keeps_nothing(centre: Centre) -> None:
    document = changed(whole_document(KEY), "/agentComponent/0/agencyReference", {"$ref": SECRET})
    answer = centre.request(document)

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    pointer = "/requestForService/eido/agentComponent/0/agencyReference"
    assert answer.json["errors"] == [{"pointer": pointer, "code": "dangling-reference"}]
    assert answer.json["custody"] == "dispatch"
    assert SECRET not in answer.text
    assert count(Referral) == count(ReferralMessage) == 0


def test_unsigned_too_large_or_of_another_type_is_refused(centre: Centre, app: Flask) -> None:
    assert app.test_client().post(DOOR, json={}).status_code == 401
    assert centre.send(DOOR, b" " * 65_537).status_code == 413
    assert centre.send(DOOR, {}, media_type="text/plain").status_code == 415
    assert app.test_client().get(DOOR).status_code == 405


def test_the_shared_sample_goes_in_as_it_is(centre: Centre) -> None:
    if not (SAMPLES / "conv-request-for-service.json").exists():
        pytest.skip("the shared samples are not beside this checkout")

    answer = centre.tell_us((SAMPLES / "conv-request-for-service.json").read_bytes())

    assert answer.status_code == 201
    assert count(Referral) == 1


MESSAGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["r1", SECRET]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("requestForService", "cancelRequest", "response", "requestId", "responseCode"),
                    *("eido", "$id", "$ref", SECRET),
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(MESSAGE)
@pytest.mark.one_database
def test_no_message_breaks_the_door_or_is_said_back(centre: Centre, message: Any) -> None:
    answer = centre.send(DOOR, json.dumps(message).encode(), message_id=f"m{uuid4().hex}")

    assert answer.status_code in {200, 400, 404, 409, 422}
    assert SECRET not in answer.text


def test_a_request_that_nobody_waits_for_any_more_is_not_begun(centre: Centre) -> None:
    answer = centre.request(**{"request-deadline": "1"})

    assert (answer.status_code, answer.json["custody"]) == (504, "dispatch")
    assert count(Referral) == 0

"""Whatever was told of an incident counts to its end, in whatever order it came."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.foundation import clock
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.routing.placing import told_before
from tests.support.eido import changed, offer_document
from tests.support.places import make_area
from tests.support.referrals import SAFE_ANSWERS, Dispatch, call, make_covering_team, referral_now

TYPE = "/incidentComponent/incidentTypeCommonRegistryText"
ROLES = "/personComponent/0/personIncidentRoleRegistryText"
STATUS = "/incidentComponent/incidentStatusCommonRegistryText"
PRIORITY = "/incidentComponent/incidentCommonPriorityNumber"
IN_THEIR_WORDS = "/incidentComponent/incidentTypeInternalText"

DANGERS = [
    (TYPE, "DVA"),
    (TYPE, "WEAPON"),
    (ROLES, ["Patient"]),
    (PRIORITY, 10),
    (STATUS, ["FireUnderControl"]),
    (IN_THEIR_WORDS, "SHOTS FIRED"),
]
DOUBTS = [
    (TYPE, "EDP"),
    (TYPE, "ZZZ"),
    (ROLES, ["Victim"]),
    (STATUS, ["ResourcesEnroute"]),
    (IN_THEIR_WORDS, "COUPLE LOUD"),
]
WHATEVER_IT_SAYS = pytest.mark.parametrize(
    ("pointer", "to", "state"),
    [*((*one, "handed_back") for one in DANGERS), *((*one, "in_review") for one in DOUBTS)],
)
KEY = "26000123abcd"


@pytest.fixture
def dispatch(app: Flask) -> Dispatch:
    make_area()
    make_covering_team()
    return Dispatch(app)


def document(minutes: int, pointer: str = "", to: Any = None) -> bytes:
    """One incident as it stood so many minutes on: calm, but for the one place that is put otherwise."""
    at = clock.now() - timedelta(minutes=30 - minutes)
    written = offer_document(KEY, at)
    return json.dumps(changed(written, pointer, to) if pointer else written).encode()


def told_early(dispatch: Dispatch, body: bytes) -> TestResponse:
    return dispatch.tell_incident(offer_document(KEY)["$id"], "updates", body, media_type=EIDO)


def offered(dispatch: Dispatch, body: bytes) -> TestResponse:
    return dispatch.offer(body, media_type=EIDO)


@WHATEVER_IT_SAYS
def test_an_update_in_its_order_counts_with_all_it_says(
    dispatch: Dispatch, pointer: str, to: Any, state: str
) -> None:
    referral_id = offered(dispatch, document(1)).json["id"]
    told = dispatch.tell(referral_id, "updates", document(2, pointer, to), media_type=EIDO)

    assert (told.status_code, told.json["state"]) == (200, state)


@WHATEVER_IT_SAYS
def test_an_update_that_overtakes_its_call_counts_with_all_it_says(
    dispatch: Dispatch, pointer: str, to: Any, state: str
) -> None:
    early = told_early(dispatch, document(2, pointer, to))
    came = offered(dispatch, document(1))

    assert (early.status_code, early.json["state"]) == (202, "parked")
    assert (came.status_code, came.json["state"], came.json["custody"]) == (201, state, "dispatch")


@pytest.mark.parametrize(
    ("pointer", "to", "state"), [(ROLES, ["Patient"], "handed_back"), (ROLES, ["Victim"], "in_review")]
)
def test_a_calm_update_takes_back_nothing_that_an_earlier_one_said(
    dispatch: Dispatch, pointer: str, to: Any, state: str
) -> None:
    told_early(dispatch, document(2))
    told_early(dispatch, document(3, pointer, to))
    told_early(dispatch, document(4))

    assert offered(dispatch, document(1)).json["state"] == state


@pytest.mark.parametrize(
    ("earlier", "decision"),
    [
        ({"call_type": {"text": "DOMESTIC DISPUTE COUPLE"}}, "review"),
        ({"answers": {**SAFE_ANSWERS, "relation": "partners"}}, "review"),
        ({"answers": {**SAFE_ANSWERS, "threats": "yes"}}, "return"),
    ],
)
def test_an_incident_offered_twice_again_is_read_with_what_was_told_first(
    dispatch: Dispatch, earlier: dict[str, Any], decision: str
) -> None:
    first = dispatch.offer(call(incident_id="L-1", **earlier)).json["id"]
    dispatch.tell(first, "cancel")
    second = dispatch.offer(call(incident_id="L-1", version=2)).json
    dispatch.tell(second["id"], "cancel")
    third = dispatch.offer(call(incident_id="L-1", version=3)).json

    assert (second["decision"], third["decision"]) == (decision, decision)


def test_all_that_was_told_before_is_read_in_one_look(dispatch: Dispatch, count_queries: Any) -> None:
    for minute in range(2, 6):
        referral_id = told_early(dispatch, document(minute)).json["id"]
    referral = referral_now(referral_id)

    with count_queries() as counted:
        told_before(referral)
    assert counted.count == 1

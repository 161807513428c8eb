"""GET /EIDO: the call as it stands, for the centre that offered it, signed, and for nobody else."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import journey
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.assignments.models import Step
from app.cases.models import Outcome
from app.cases.queries import find_of_referral
from app.foundation.db import db
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.models import Referral
from tests.support.eido import CALM, Writer, offer_document
from tests.support.people import make_account
from tests.support.places import make_area
from tests.support.referrals import Dispatch, call, make_covering_team, referral_now
from tests.support.schemas import require_eido

KEY = "26000123abcd"
INCIDENT = Writer(KEY).incident_id


@pytest.fixture
def dispatch(app: Flask) -> Dispatch:
    make_area()
    return Dispatch(app)


def shown(dispatch: Dispatch, incident_id: str = INCIDENT) -> dict[str, Any]:
    answer = dispatch.ask(f"/EIDO/{incident_id}")
    assert (answer.status_code, answer.content_type) == (200, EIDO)
    require_eido(answer.json)
    return dict(answer.json)


def statuses(document: dict[str, Any]) -> tuple[str, str]:
    incident = document["incidentComponent"]
    return incident["incidentStatusCommonRegistryText"][0], incident["incidentStatusInternalText"][0]


def accepted(dispatch: Dispatch) -> tuple[Referral, Account]:
    """A call that a coordinator took and dispatch confirmed; and who can be sent to it."""
    _, responder = make_covering_team()
    referral_id = dispatch.offer(offer_document(KEY), media_type=EIDO).json["id"]
    journey.accept(referral_now(referral_id), actor=actor_of(make_account(Role.COORDINATOR)))
    db.session.commit()
    assert dispatch.tell(referral_id, "confirm").json["custody"] == "office"
    return referral_now(referral_id), responder


def test_a_call_is_shown_from_offer_to_close_without_a_word_of_it(dispatch: Dispatch) -> None:
    referral, responder = accepted(dispatch)
    coordinator = actor_of(make_account(Role.COORDINATOR))
    assert statuses(shown(dispatch)) == ("ResourcesAssigned", "accepted")

    assignment = journey.send_responder(referral, responder.id, actor=coordinator)
    for step, status in (
        (Step.ACKNOWLEDGED, "ResourcesAssigned"),
        (Step.EN_ROUTE, "ResourcesEnroute"),
        (Step.ON_SCENE, "ResourcesOnscene"),
    ):
        journey.take_step(assignment, step, actor=actor_of(responder))
        db.session.commit()
        document = shown(dispatch)
        assert statuses(document)[0] == status
        [unit] = document["emergencyResourceComponent"]
        assert unit["emergencyResourceName"] == "Community unit 1"

    case = find_of_referral(referral.id)
    assert case
    journey.close_case(case, Outcome.CALMED, actor=coordinator)
    db.session.commit()
    document = shown(dispatch)
    assert statuses(document) == ("Closed", "closed")
    [disposition] = document["incidentComponent"]["dispositionComponent"]
    assert disposition["dispositionCommonRegistryCode"] == "18"
    assert "emergencyResourceComponent" not in document
    for word in (CALM, responder.name, coordinator.label, "Fern", "2135550142", "calmed"):
        assert word not in str(document)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.CALMED, "05"),  # nobody went
        (Outcome.CONNECTED_TO_SERVICE, "15"),
        (Outcome.NO_AGREEMENT, "07"),
        (Outcome.NOT_FOUND, "14"),
        (Outcome.REFUSED, "13"),
    ],
)
def test_however_a_case_ends_dispatch_learns_a_code(dispatch: Dispatch, outcome: Outcome, code: str) -> None:
    referral, _ = accepted(dispatch)
    case = find_of_referral(referral.id)
    assert case
    journey.close_case(case, outcome, actor=actor_of(make_account(Role.COORDINATOR)))
    db.session.commit()

    [disposition] = shown(dispatch)["incidentComponent"]["dispositionComponent"]
    assert disposition["dispositionCommonRegistryCode"] == code


def test_a_call_given_back_is_active_and_dispatchs(dispatch: Dispatch) -> None:
    dispatch.offer(offer_document(KEY, notes="He has a gun"), media_type=EIDO)

    document = shown(dispatch)
    assert statuses(document) == ("Active", "handed_back")
    assert [one["incidentOwningAgencyIndicator"] for one in document["agencyComponent"]] == [True, False]


@pytest.mark.parametrize(("components", "code"), [({}, "10"), ("replaced", "22")])
def test_a_cancelled_call_says_whether_another_took_its_place(dispatch: Dispatch, components, code) -> None:
    make_covering_team()
    merge = {"mergeComponent": [Writer(KEY).merge(Writer("26000999abcd").incident_id, "REPLACED")]}
    document = offer_document(KEY, **(merge if components else {}))
    referral_id = dispatch.offer(document, media_type=EIDO).json["id"]
    dispatch.tell(referral_id, "cancel")

    [disposition] = shown(dispatch)["incidentComponent"]["dispositionComponent"]
    assert disposition["dispositionCommonRegistryCode"] == code


def test_a_call_that_came_in_our_json_is_found_by_its_number(dispatch: Dispatch) -> None:
    dispatch.offer(call(incident_id="26-000/123"))

    document = shown(dispatch, "26-000/123")
    assert document["incidentComponent"]["internalIncidentId"] == "26-000/123"


def test_an_incident_is_found_in_any_case(dispatch: Dispatch) -> None:
    dispatch.offer(offer_document(KEY), media_type=EIDO)

    assert shown(dispatch, INCIDENT.upper())["$id"] == INCIDENT


def test_another_centres_incident_does_not_exist(dispatch: Dispatch, app: Flask) -> None:
    dispatch.offer(offer_document(KEY), media_type=EIDO)

    theirs, nobodys = (Dispatch(app).ask(f"/EIDO/{one}") for one in (INCIDENT, "gone"))
    assert (theirs.status_code, theirs.content_type) == (404, "application/problem+json")
    assert theirs.json == nobodys.json


@pytest.mark.parametrize("ask", [lambda client: client.get(f"/EIDO/{INCIDENT}")])
def test_without_a_signature_there_is_a_problem_and_no_session(
    app: Flask, client_as: Callable[..., Any], ask: Callable[..., Any]
) -> None:
    answer = ask(client_as(Role.ADMIN))

    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert "Set-Cookie" not in answer.headers


def test_an_address_beside_it_is_a_problem_too(app: Flask) -> None:
    for answer in (app.test_client().get("/EIDO/"), app.test_client().post(f"/EIDO/{INCIDENT}")):
        assert answer.status_code in {404, 405}
        assert answer.content_type == "application/problem+json"

"""EIDOs at the hook: kept as they came, screened by all that they say, never offered unread."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.foundation import clock
from app.foundation.db import db
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.models import ReferralMessage
from app.vault import sealing
from app.vault.access import Use
from tests.support.eido import changed, offer_document, whole_document
from tests.support.referrals import Dispatch

TYPE = "/incidentComponent/incidentTypeCommonRegistryText"
ROLES = "/personComponent/0/personIncidentRoleRegistryText"
STATUS = "/incidentComponent/incidentStatusCommonRegistryText"


def test_a_calm_call_is_offered(dispatch: Dispatch) -> None:
    answer = dispatch.offer(offer_document(), media_type=EIDO)

    assert (answer.status_code, answer.json["decision"], answer.json["reason"]) == (
        201,
        "offer",
        None,
    )


def later(document: dict, **changes: object) -> bytes:
    """The same incident a minute on, as its centre sends it again."""
    at = (clock.now() + timedelta(minutes=1)).isoformat(timespec="milliseconds")
    return json.dumps(document | {"lastUpdateTimeStamp": at} | changes).encode()


def test_an_eido_may_be_an_update_and_raises_what_it_tells(dispatch: Dispatch) -> None:
    document = offer_document()
    referral_id = dispatch.offer(document, media_type=EIDO).json["id"]
    worse = changed(document, TYPE, "WEAPON")
    told = dispatch.tell(referral_id, "updates", later(worse), media_type=EIDO)

    assert (told.status_code, told.json["state"], told.json["reason"]) == (
        200,
        "handed_back",
        "call_type_danger",
    )


def test_an_eido_before_its_call_is_parked(dispatch: Dispatch) -> None:
    document = offer_document()
    early = dispatch.tell_incident(
        document["$id"], "updates", later(changed(document, ROLES, ["Patient"])), media_type=EIDO
    )
    came = dispatch.offer(document, media_type=EIDO)

    assert (early.status_code, early.json["state"]) == (202, "parked")
    assert (came.status_code, came.json["state"], came.json["id"]) == (201, "handed_back", early.json["id"])


def test_an_update_of_another_incident_is_refused(dispatch: Dispatch) -> None:
    referral_id = dispatch.offer(offer_document(), media_type=EIDO).json["id"]
    stray = offer_document("another00001")
    told = dispatch.tell(referral_id, "updates", later(stray), media_type=EIDO)

    assert (told.status_code, told.json["errors"]) == (400, [{"pointer": "/$id", "code": "another-incident"}])


def test_a_whole_document_is_kept_byte_for_byte(dispatch: Dispatch) -> None:
    body = json.dumps(whole_document(), indent=1).encode()

    assert dispatch.offer(body, media_type=EIDO).status_code == 201
    message = db.session.scalars(select(ReferralMessage)).one()
    kept = sealing.unseal(
        message.key_id, "referral_messages", "body_sealed", message.id, message.body_sealed, by=Use.INTEGRITY
    )
    assert kept.encode() == body


@pytest.mark.parametrize(
    ("pointer", "to", "decision", "reason"),
    [
        (TYPE, "WEAPON", "return", "call_type_danger"),
        (TYPE, "DVA", "return", "call_type_danger"),
        (TYPE, "EDP", "review", "call_type_crisis"),
        (TYPE, "ZZZ", "review", "call_type_unknown"),
        (ROLES, ["Caller", "Patient"], "return", "person_patient"),
        (ROLES, ["Victim"], "review", "person_harmed"),
        (STATUS, ["ResourcesEnroute"], "review", "others_are_sent"),
        ("/callComponent/0/localCallType", "FIGHT IN PROGRESS", "return", "call_type_danger"),
        ("/incidentComponent/incidentCommonPriorityNumber", 9, "return", "priority_urgent"),
        ("/incidentComponent", ..., "review", "nature_other"),
    ],
)
def test_what_a_document_says_of_danger_counts(dispatch: Dispatch, pointer, to, decision, reason) -> None:
    answer = dispatch.offer(changed(offer_document(), pointer, to), media_type=EIDO)

    assert (answer.json["decision"], answer.json["reason"]) == (decision, reason)


@pytest.mark.parametrize(
    ("pointer", "to", "state"),
    [(TYPE, "WEAPON", "handed_back"), (ROLES, ["Patient"], "handed_back"), (ROLES, ["Victim"], "in_review")],
)
def test_an_incident_told_again_is_raised_by_all_that_it_says(dispatch: Dispatch, pointer, to, state) -> None:
    first = dispatch.offer(offer_document("26000123abcd"), media_type=EIDO)
    again = dispatch.offer(changed(offer_document("26000123abcd"), pointer, to), media_type=EIDO)

    assert (first.json["state"], again.json["id"]) == ("offered", first.json["id"])
    assert again.json["state"] == state


def test_an_incident_written_in_another_case_is_the_same_one(dispatch: Dispatch) -> None:
    first = dispatch.offer(offer_document("26000123abcd"), media_type=EIDO)
    again = dispatch.offer(changed(offer_document("26000123abcd"), "/$id", str.upper), media_type=EIDO)

    assert (again.status_code, again.json["id"]) == (200, first.json["id"])

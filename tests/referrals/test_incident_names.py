"""Dispatch's own number in an address is read as strictly as in an offer, and is the same name there."""

from typing import Any

import pytest
from sqlalchemy import func, select

from app.foundation.db import db
from app.referrals.models import Referral, ReferralMessage
from tests.support.referrals import Dispatch, call

ACTS: dict[str, Any] = {"updates": {"version": 2, "narrative": "They are both calm."}, "cancel": {}}
WRITINGS = [
    ("L-7", "  L-7  "),
    ("L-7", "L-7\t"),
    ("\u00c1-8", "A\u0301-8"),  # one letter, or a letter and its accent
    ("x" * 120, " " + "x" * 120),
    ("urn:emergency:uid:incidentid:1:a.gov", " urn:emergency:uid:IncidentId:1:a.gov"),
]
UNREADABLE = [
    ("x" * 121, "string-too-long"),
    ("x" * 400, "string-too-long"),
    ("\u0958" * 100, "string-too-long"),  # twice as long in NFC
    ("  ", "string-too-short"),
    ("L\u202e7", "forbidden-characters"),
]


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(("name", "code"), UNREADABLE)
def test_a_name_that_no_offer_could_have_is_refused(dispatch: Dispatch, name: str, code: str) -> None:
    answers = [dispatch.tell_incident(name, act, body) for act, body in ACTS.items()]

    for answer in (*answers, dispatch.look(f"/incidents/{name}")):
        assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
        assert answer.json["errors"] == [{"pointer": "", "code": code}]
        assert answer.json["custody"] == "dispatch"
    assert count(Referral) == count(ReferralMessage) == 0
    unsigned = dispatch.tell_incident(name, "cancel", secret=f"whsec_{'A' * 44}")
    assert unsigned.status_code == 401


@pytest.mark.parametrize(("name", "written"), WRITINGS)
def test_a_cancel_before_its_call_is_remembered_however_the_name_is_written(
    dispatch: Dispatch, name: str, written: str
) -> None:
    early = dispatch.tell_incident(written, "cancel")
    came = dispatch.offer(call(incident_id=name))

    assert (came.status_code, came.json["state"], came.json["duplicate_of"]) == (
        200,
        "cancelled",
        early.json["id"],
    )


@pytest.mark.parametrize(("name", "written"), WRITINGS)
def test_an_update_before_its_call_is_read_with_it_however_the_name_is_written(
    dispatch: Dispatch, name: str, written: str
) -> None:
    early = dispatch.tell_incident(name, "updates", ACTS["updates"])
    came = dispatch.offer(call(incident_id=written))

    assert (came.status_code, came.json["id"]) == (201, early.json["id"])


@pytest.mark.parametrize(("name", "written"), WRITINGS)
def test_a_call_is_found_however_its_name_is_written(dispatch: Dispatch, name: str, written: str) -> None:
    referral_id = dispatch.offer(call(incident_id=name)).json["id"]

    assert dispatch.look(f"/incidents/{written}").json["id"] == referral_id
    for act, body in ACTS.items():
        first = dispatch.tell_incident(name, act, body, message_id=act)
        again = dispatch.tell_incident(written, act, body, message_id=act)
        assert (first.json["id"], again.json) == (referral_id, first.json)
        assert again.headers["Idempotent-Replayed"] == "true"
    assert count(Referral) == 1


def test_a_name_grows_in_none_of_its_writings(dispatch: Dispatch) -> None:
    """It fits as it was sent: then it fits as it is kept."""
    name = f"URN:emergency:uid:incidentid:{'ß' * 91}"
    came = dispatch.offer(call(incident_id=name))

    assert came.status_code == 201
    assert dispatch.tell_incident(name, "cancel").json["id"] == came.json["id"]

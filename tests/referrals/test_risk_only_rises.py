"""Whatever was told of an incident counts to its end, in whatever order it came."""

import json
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app import journey
from app.accounts.permissions import Role
from app.foundation import clock
from app.foundation.db import db
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.queries import open_told
from app.routing.placing import told_before
from app.triage.models import Screening
from app.triage.queries import latest_screening
from app.triage.rules import Decision
from tests.support.board import actor_with
from tests.support.eido import changed, offer_document
from tests.support.referrals import SAFE_ANSWERS, Dispatch, call, referral_now

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


# --- while it is open ------------------------------------------------------------------------


def screening_now(referral_id: str) -> Screening:
    referral_now(referral_id)
    screening = latest_screening(referral_id)
    assert screening is not None
    return screening


def ours(dispatch: Dispatch) -> str:
    """A call that a person here has said yes to, and dispatch has confirmed."""
    referral_id = offered(dispatch, document(1)).json["id"]
    journey.accept(referral_now(referral_id), actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    assert dispatch.tell(referral_id, "confirm").json["custody"] == "office"
    return str(referral_id)


@pytest.mark.parametrize(
    ("pointer", "to", "decision"),
    [(ROLES, ["Victim"], Decision.REVIEW), (ROLES, ["Patient"], Decision.RETURN)],
)
def test_no_calm_update_lowers_what_an_open_call_was_read_as(
    dispatch: Dispatch, pointer: str, to: Any, decision: Decision
) -> None:
    referral_id = ours(dispatch)
    dispatch.tell(referral_id, "updates", document(2, pointer, to), media_type=EIDO)
    dispatch.tell(referral_id, "updates", document(3), media_type=EIDO)

    assert screening_now(referral_id).decision is decision


def test_every_update_is_read_with_all_words_told_so_far(dispatch: Dispatch) -> None:
    """A danger told once is still marked where it stands when the newest words are calm."""
    referral_id = ours(dispatch)
    for version, words in enumerate(("Now one has a knife.", "They talk again now."), start=2):
        dispatch.tell(referral_id, "updates", {"version": version, "narrative": words})

    knife = next(one for one in screening_now(referral_id).reasons if one["code"] == "word_weapon")
    everything = open_told(referral_now(referral_id)).everything
    assert "knife" in everything[knife["start"] : knife["end"]]


def test_an_answer_in_the_first_words_still_answers_after_an_update(dispatch: Dispatch) -> None:
    """ "No weapons. No injuries. No threats." was said: words that say nothing of it do not unsay it."""
    referral_id = offered(dispatch, document(1)).json["id"]
    told = dispatch.tell(referral_id, "updates", {"version": 2, "narrative": "They talk again now."})

    assert (told.json["state"], screening_now(referral_id).decision) == ("offered", Decision.OFFER)

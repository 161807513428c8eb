"""One `webhook-id` for two messages: the second is refused, never answered with the call of the first."""

from itertools import permutations
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import journey
from app.accounts.permissions import Role
from app.audit.trail import SYSTEM
from app.foundation.db import db
from app.referrals.models import Custody, ReferralMessage, State
from tests.support.board import actor_with
from tests.support.conveyance import Centre
from tests.support.places import make_area
from tests.support.referrals import HOOK, call, make_covering_team, referral_now

SAID = {"version": 2, "narrative": "They are both calm."}
ACTS = {"updates": SAID, "cancel": {}, "confirm": {}, "handback-ack": {}}
"""What may be told of a call by our id. An object is read by each, so one body can be sent to all."""


@pytest.fixture
def dispatch(app: Flask) -> Centre:
    make_area()
    make_covering_team()
    return Centre(app)


def offered(dispatch: Centre, **changes: Any) -> str:
    return str(dispatch.offer(call(**changes)).json["id"])


def ours(dispatch: Centre, **changes: Any) -> str:
    """A call that is the office's alone; it was confirmed under the id "same"."""
    referral_id = offered(dispatch, **changes)
    accept(referral_id)
    assert dispatch.tell(referral_id, "confirm", message_id="same").json["custody"] == "office"
    return referral_id


def accept(referral_id: str) -> None:
    journey.accept(referral_now(referral_id), actor=actor_with(Role.COORDINATOR))
    db.session.commit()


def give_back(referral_id: str) -> None:
    journey.give_back(referral_now(referral_id), "danger_on_scene", actor=SYSTEM)
    db.session.commit()


def is_refused(answer: TestResponse) -> bool:
    slug = answer.json["type"].rpartition("/")[2]
    return (answer.status_code, slug) == (422, "idempotency-key-reused")


def is_repeat(answer: TestResponse, first: TestResponse) -> bool:
    return answer.headers.get("Idempotent-Replayed") == "true" and answer.json["id"] == first.json["id"]


def count_messages() -> int:
    return db.session.scalar(select(func.count()).select_from(ReferralMessage)) or 0


# --- another call ----------------------------------------------------------------------------


def test_dispatch_never_lets_go_of_a_call_on_the_word_about_another(dispatch: Centre) -> None:
    """The one that is the office's, and one that went back: "office" said of the first means only that."""
    ours(dispatch)
    back = offered(dispatch)
    accept(back)
    give_back(back)
    dispatch.tell(back, "handback-ack")

    answer = dispatch.tell(back, "confirm", message_id="same")

    assert is_refused(answer)
    assert (answer.json["custody"], answer.json["state"]) == ("dispatch", "handed_back")
    assert referral_now(back).custody is Custody.DISPATCH


def test_a_call_that_goes_back_is_not_said_to_be_dispatchs_on_the_word_about_another(
    dispatch: Centre,
) -> None:
    first, second = offered(dispatch), offered(dispatch)
    for one in (first, second):
        accept(one)
        give_back(one)
    dispatch.tell(first, "handback-ack", message_id="ack")

    answer = dispatch.tell(second, "handback-ack", message_id="ack")

    assert is_refused(answer)
    assert (answer.json["custody"], answer.json["state"]) == ("both", "handing_back")
    assert referral_now(second).state is State.HANDING_BACK


def test_a_cancel_of_another_incident_is_not_taken_for_done(dispatch: Centre) -> None:
    dispatch.tell_incident("X-1", "cancel", message_id="same")
    offered(dispatch, incident_id="X-2")

    assert is_refused(dispatch.tell_incident("X-2", "cancel", message_id="same"))
    assert is_refused(dispatch.tell_incident("X-3", "cancel", message_id="same"))
    assert dispatch.look("/incidents/X-2").json["state"] == "offered"
    assert dispatch.tell_incident("X-2", "cancel").json["state"] == "cancelled"


@pytest.mark.parametrize("act", ACTS)
def test_the_id_of_a_message_about_one_call_is_not_that_of_one_about_another(
    dispatch: Centre, act: str
) -> None:
    """By our id or by the incident, of a call that we know or of none."""
    first, other = offered(dispatch, incident_id="X-1"), offered(dispatch, incident_id="X-2")
    if act in {"confirm", "handback-ack"}:
        accept(first)
    if act == "handback-ack":
        give_back(first)
    said = dispatch.tell(first, act, ACTS[act], message_id="same")
    assert said.status_code == 200
    kept = count_messages()

    for referral_id in (other, "1" * 26):
        assert is_refused(dispatch.tell(referral_id, act, ACTS[act], message_id="same"))
    if act in {"updates", "cancel"}:
        for incident_id in ("X-2", "X-3"):
            assert is_refused(dispatch.tell_incident(incident_id, act, ACTS[act], message_id="same"))
    assert is_repeat(dispatch.tell(first, act, ACTS[act], message_id="same"), said)
    assert count_messages() == kept


# --- the same call ---------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["updates", "cancel"])
def test_a_repeat_may_name_the_same_call_by_either_number(dispatch: Centre, act: str) -> None:
    name = "urn:emergency:uid:incidentid:26-1125-0001:psap.example.gov"
    referral_id = offered(dispatch, incident_id=name)
    first = dispatch.tell(referral_id, act, ACTS[act], message_id="one")
    second = dispatch.tell_incident(name, act, ACTS[act], message_id="two")
    kept = count_messages()

    shouted = name.replace("incidentid", "Incidentid")  # the same, in another spelling
    for named in (name, shouted):
        assert is_repeat(dispatch.tell_incident(named, act, ACTS[act], message_id="one"), first)
        assert is_repeat(dispatch.tell_incident(named, act, ACTS[act], message_id="two"), second)
    assert is_repeat(dispatch.tell(referral_id, act, ACTS[act], message_id="two"), second)
    assert count_messages() == kept


@pytest.mark.parametrize("act", ["updates", "cancel"])
def test_a_repeat_of_what_overtook_its_call_is_one_after_the_call_has_come(
    dispatch: Centre, act: str
) -> None:
    early = dispatch.tell_incident("X-1", act, ACTS[act], message_id="early")
    referral_id = dispatch.offer(call(incident_id="X-1")).json["id"]

    assert is_repeat(dispatch.tell_incident("X-1", act, ACTS[act], message_id="early"), early)
    assert is_repeat(dispatch.tell(referral_id, act, ACTS[act], message_id="early"), early)
    assert is_refused(dispatch.tell_incident("X-2", act, ACTS[act], message_id="early"))


def test_a_late_repeat_about_a_referral_does_not_reach_the_next_of_its_incident(dispatch: Centre) -> None:
    """The incident went back and is offered again: the cancel of then is no cancel of now."""
    gone = offered(dispatch, incident_id="X-1")
    first = dispatch.tell(gone, "cancel", message_id="then")
    now = offered(dispatch, incident_id="X-1", version=2)

    assert is_repeat(dispatch.tell_incident("X-1", "cancel", message_id="then"), first)
    assert is_refused(dispatch.tell(now, "cancel", message_id="then"))
    assert referral_now(now).state is State.OFFERED


# --- another kind of message -----------------------------------------------------------------


@pytest.mark.parametrize(("said", "then"), list(permutations(ACTS, 2)))
def test_the_id_of_one_kind_of_message_is_not_that_of_another(dispatch: Centre, said: str, then: str) -> None:
    """One call, the same bytes: what is meant stands in the address alone."""
    referral_id = offered(dispatch)
    if said in {"confirm", "handback-ack"}:
        accept(referral_id)
    if said == "handback-ack":
        give_back(referral_id)
    assert dispatch.tell(referral_id, said, SAID, message_id="same").status_code == 200
    before = referral_now(referral_id).state

    assert is_refused(dispatch.tell(referral_id, then, SAID, message_id="same"))
    assert referral_now(referral_id).state is before


def test_the_id_of_an_offer_is_not_that_of_an_update(dispatch: Centre) -> None:
    body = call() | {"version": 2}
    referral_id = dispatch.offer(body, message_id="same").json["id"]

    assert is_refused(dispatch.tell(referral_id, "updates", body, message_id="same"))
    dispatch.tell(referral_id, "updates", body, message_id="more")
    assert is_refused(dispatch.offer(body, message_id="more"))


# --- by conveyance ---------------------------------------------------------------------------


def test_bytes_sent_to_the_hook_about_one_call_are_no_response_about_another(dispatch: Centre) -> None:
    """Both doors read an object. The hook's address named one call, the request in the body names another."""
    message = {"response": {"requestId": "r1", "responseCode": 200, "responseText": "so"}}
    referral_id = offered(dispatch)
    accept(referral_id)
    assert dispatch.send(f"{HOOK}/{referral_id}/confirm", message, message_id="same").status_code == 200
    dispatch.request()

    answer = dispatch.tell_us(message, message_id="same")

    assert is_refused(answer)
    assert (answer.json["custody"], answer.json["state"]) == ("dispatch", "offered")


def test_a_response_again_is_a_repeat(dispatch: Centre) -> None:
    request = dispatch.request()
    accept(request.headers["Location"].rpartition("/")[2])
    first = dispatch.respond(200, message_id="same")
    again = dispatch.respond(200, message_id="same")

    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")

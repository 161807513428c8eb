"""A refusal says who has the call that it is about, in truth; and nothing of it to whom it does not know."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import journey
from app.accounts.actions import create_client
from app.accounts.key_actions import revoke_client
from app.accounts.models import DispatchClient
from app.accounts.permissions import Role
from app.audit.trail import SYSTEM
from app.foundation import clock, copies
from app.foundation.db import db
from app.referrals.actions import pause_intake
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.models import Custody, Referral, State
from tests.support.board import actor_with, make_call
from tests.support.prober import met_another
from tests.support.referrals import Dispatch, call, referral_now

STATES = [State.OFFERED, State.ACCEPT_PENDING, State.ENGAGED, State.HANDING_BACK, State.CLOSED]
ACTS = ["updates", "cancel", "confirm", "handback-ack"]


def stands(answer: TestResponse) -> tuple[int, Any, Any]:
    return answer.status_code, answer.json.get("state"), answer.json["custody"]


def call_in(state: State, dispatch: Dispatch) -> Referral:
    referral = make_call(state, client_id=dispatch.client_id)
    db.session.commit()
    return referral


# --- a message that cannot be read -----------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_what_cannot_be_read_is_refused_with_the_owner_of_its_call(dispatch: Dispatch, state: State) -> None:
    """Ours, theirs or of both: nobody may think it is dispatch's because of a comma too many."""
    referral = call_in(state, dispatch)
    truth = (state.value, referral.custody.value)

    for act in ACTS:
        assert stands(dispatch.tell(referral.id, act, b"[")) == (400, *truth)
        assert stands(dispatch.tell(referral.id, act, {}, media_type="text/plain")) == (415, *truth)
    for act in ("updates", "cancel"):
        assert stands(dispatch.tell_incident(referral.incident_id, act, b"[")) == (400, *truth)
        wrong_type = dispatch.tell_incident(referral.incident_id, act, {}, media_type="text/plain")
        assert stands(wrong_type) == (415, *truth)
    assert stands(dispatch.tell(referral.id, "updates", b"{}", media_type=EIDO)) == (400, *truth)
    assert referral_now(referral.id).state is state


def test_a_refused_message_that_names_no_call_of_ours_is_dispatchs(dispatch: Dispatch) -> None:
    for answer in (
        dispatch.offer(b"["),
        dispatch.offer(media_type="text/plain"),
        dispatch.tell("1" * 26, "cancel", media_type="text/plain"),
        dispatch.tell_incident("L-1", "cancel", b"["),
    ):
        assert (answer.json.get("state"), answer.json["custody"]) == (None, "dispatch")


def test_two_messages_at_one_moment_are_told_who_has_the_call(
    dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = call_in(State.ENGAGED, dispatch)
    with met_another(monkeypatch):
        for act in ACTS:
            body = {"version": 2} if act == "updates" else {}
            assert stands(dispatch.tell(referral.id, act, body)) == (409, "engaged", "office")


# --- who is told nothing ---------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"[", b"{}"])
@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
def test_whoever_cannot_sign_learns_nothing_of_a_call(
    dispatch: Dispatch, body: bytes, media_type: str
) -> None:
    referral = call_in(State.ENGAGED, dispatch)
    watcher = create_client(agency="psap.example.gov", purpose="monitoring", callback_url=None, actor=SYSTEM)
    about: dict[str, Any] = {"body": body, "media_type": media_type}

    for act in ACTS:
        for secret, status in ((f"whsec_{'A' * 44}", 401), (watcher.secret, 403)):
            answer = dispatch.tell(referral.id, act, secret=secret, **about)
            assert stands(answer) == (status, None, "dispatch")
    stale = dispatch.tell(referral.id, "cancel", late=timedelta(minutes=6), **about)
    assert stands(stale) == (401, None, "dispatch")


def test_another_centre_learns_nothing_of_a_call(dispatch: Dispatch, app: Flask) -> None:
    referral, stranger = call_in(State.ENGAGED, dispatch), Dispatch(app)

    for act in ACTS:
        assert stands(stranger.tell(referral.id, act, b"[")) == (404, None, "dispatch")
        wrong_type = stranger.tell(referral.id, act, media_type="text/plain")
        assert stands(wrong_type) == (415, None, "dispatch")


# --- while we take no calls ------------------------------------------------------------------


@pytest.fixture
def paused(dispatch: Dispatch) -> Callable[[], None]:
    """Says that we take no calls, long enough ago that they are refused."""

    def pause() -> None:
        with clock.as_of(clock.now() - timedelta(minutes=1)):
            pause_intake(clock.now(), actor=SYSTEM)
        db.session.commit()
        copies.forget_all()

    return pause


def test_a_call_that_is_ours_is_not_said_to_be_refused_in_a_pause(
    dispatch: Dispatch, paused: Callable[[], None]
) -> None:
    """Its first answer was lost on the way; the repeat comes when new calls are refused."""
    body = call()
    referral_id = dispatch.offer(body, message_id="msg_1").json["id"]
    journey.accept(referral_now(referral_id), actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    dispatch.tell(referral_id, "confirm")
    paused()

    again = dispatch.offer(body, message_id="msg_1")

    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert (again.json["id"], again.json["custody"]) == (referral_id, Custody.OFFICE)
    assert dispatch.offer(body, message_id="msg_1", **{"request-deadline": "1"}).status_code == 200
    assert dispatch.offer(call(), message_id="msg_1").status_code == 422
    assert stands(dispatch.offer(call())) == (503, None, "dispatch")


def test_who_is_no_longer_known_gets_no_answer_again_in_a_pause(
    dispatch: Dispatch, paused: Callable[[], None]
) -> None:
    body = call()
    dispatch.offer(body, message_id="msg_1")
    paused()
    dispatch.offer()  # the process has a copy of the key
    client = db.session.get_one(DispatchClient, dispatch.client_id)
    revoke_client(client, actor=SYSTEM)

    assert stands(dispatch.offer(body, message_id="msg_1")) == (401, None, "dispatch")


def test_a_call_that_can_be_kept_is_not_looked_for_first(dispatch: Dispatch, count_queries: Any) -> None:
    dispatch.offer()
    with count_queries() as counted:
        assert dispatch.offer().status_code == 201

    assert [one for one in counted.statements if "referral_messages" in one] == []

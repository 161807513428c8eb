"""Looking at the hook: a key that was made to watch changes nothing, and looking is told from telling."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.accounts.actions import NewClient, create_client
from app.audit.trail import SYSTEM
from app.delivery.signatures import sign
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import ReferralMessage, State
from tests.support.referrals import HOOK, Dispatch, call, referral_now

AGENCY = "psap.example.gov"  # the agency of `Dispatch`


def watcher(agency: str = AGENCY) -> NewClient:
    return create_client(agency=agency, purpose="monitoring", callback_url=None, actor=SYSTEM)


def look(app: Flask, referral_id: str, secret: str) -> TestResponse:
    """One signed GET."""
    db.session.commit()
    headers = sign(secret, "look", clock.now(), b"")
    with app.app_context():
        return app.test_client().get(f"{HOOK}/{referral_id}", headers=headers)


def test_who_watches_sees_state_and_owner_of_its_agencys_calls(app: Flask, dispatch: Dispatch) -> None:
    referral_id = dispatch.offer().json["id"]
    answer = look(app, referral_id, watcher().secret)

    assert (answer.status_code, answer.json["state"], answer.json["custody"]) == (200, "offered", "dispatch")


def test_another_agencys_calls_do_not_exist_for_who_watches(app: Flask, dispatch: Dispatch) -> None:
    referral_id = dispatch.offer().json["id"]
    stranger = watcher("other.example.gov").secret

    theirs, nobodys = (look(app, one, stranger) for one in (referral_id, "0" * 26))
    assert (theirs.status_code, theirs.json) == (404, nobodys.json)


@pytest.mark.parametrize("path", ["", "/{id}/updates", "/{id}/cancel", "/{id}/confirm", "/{id}/handback-ack"])
def test_who_watches_tells_nothing_and_dispatch_keeps_the_call(dispatch: Dispatch, path: str) -> None:
    referral_id = dispatch.offer().json["id"]
    answer = dispatch.send(HOOK + path.format(id=referral_id), call(), secret=watcher().secret)

    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")
    assert answer.json["type"].endswith("/problems/not-permitted")
    assert answer.json["custody"] == "dispatch"
    assert db.session.scalar(select(func.count()).select_from(ReferralMessage)) == 1
    assert referral_now(referral_id).state is State.OFFERED


def test_a_key_of_dispatch_looks_too(app: Flask, dispatch: Dispatch) -> None:
    referral_id = dispatch.offer().json["id"]

    assert look(app, referral_id, dispatch.secret).status_code == 200
    assert look(app, referral_id, Dispatch(app).secret).status_code == 404


@pytest.mark.parametrize("act", ["updates", "cancel"])
def test_looking_at_where_one_tells_is_told_apart_from_a_call_that_is_not_there(
    dispatch: Dispatch, act: str
) -> None:
    """Else a centre that sends GET for POST reads "no such call" of a call that it has offered."""
    dispatch.offer(call(incident_id="L-1"))
    answer = dispatch.look(f"/incidents/L-1/{act}")

    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (405, "method-not-allowed")
    assert (answer.headers["Allow"], answer.json["custody"]) == ("POST", "dispatch")


def test_an_incident_may_be_named_like_an_act(dispatch: Dispatch) -> None:
    dispatch.offer(call(incident_id="26/4/cancel"))

    assert dispatch.look("/incidents/26/4/cancel").json["incident_id"] == "26/4/cancel"

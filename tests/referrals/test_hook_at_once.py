"""Two who tell of one call at the same moment: the second waits for the first, and nothing told is lost.

On PostgreSQL, where writers meet; on SQLite they stand in one queue. Nobody sleeps here: the
database itself says when somebody waits for a lock.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic
from typing import Any
from uuid import uuid4

import orjson
import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app import journey
from app.accounts.permissions import Role
from app.audit.trail import SYSTEM
from app.delivery.signatures import sign
from app.foundation import clock
from app.foundation.db import db
from app.referrals import conveyance_rows
from app.referrals.actions import add_told
from app.referrals.conveyance_models import ConveyanceKind
from app.referrals.models import Referral, State
from app.referrals.queries import find_told
from tests.support.board import actor_with
from tests.support.conveyance import DOOR, Centre
from tests.support.places import make_area
from tests.support.referrals import HOOK, call, make_covering_team, referral_now

PATIENCE_SECONDS = 20
FIRST, SECOND = "One of them has gone inside.", "A third neighbor has come."
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
def dispatch(app: Flask) -> Centre:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("writers on SQLite stand in one queue")
    make_area()
    make_covering_team()
    return Centre(app)


@contextmanager
def told_meanwhile(
    app: Flask, dispatch: Centre, path: str, body: dict[str, Any]
) -> Iterator[Future[TestResponse]]:
    """A message that comes while the test's own session holds the call; inside, it waits for it."""
    raw = orjson.dumps(body)
    headers = sign(dispatch.secret, uuid4().hex, clock.now(), raw)

    def tell() -> TestResponse:
        return app.test_client().post(path, data=raw, content_type="application/json", headers=headers)

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(tell)
        try:
            wait_until_it_waits(answer)
            yield answer
        finally:
            db.session.rollback()  # it must not wait for a test that has failed


def wait_until_it_waits(answer: Future[TestResponse]) -> None:
    """Until the database says that the message waits for somebody."""
    until = monotonic() + PATIENCE_SECONDS
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
        while not looking.scalar(WAITING):
            assert not answer.done(), f"it waited for nobody: {answer.result().text}"
            assert monotonic() < until, "it has neither answered nor waited"


def hold(referral_id: str) -> Referral:
    """The first of two has the call in hand. It writes only later: a new row need not wait for it."""
    referral = referral_now(referral_id)
    db.session.refresh(referral, with_for_update=True)
    return referral


def test_of_two_updates_at_one_moment_both_are_heard(app: Flask, dispatch: Centre) -> None:
    referral_id = dispatch.offer().json["id"]
    referral = hold(referral_id)
    body = {"version": 2, "narrative": SECOND}
    with told_meanwhile(app, dispatch, f"{HOOK}/{referral_id}/updates", body) as answer:
        add_told(referral, FIRST)
        db.session.commit()
        assert answer.result(PATIENCE_SECONDS).status_code == 200

    assert find_told(referral_now(referral_id)).updates == (FIRST, SECOND)


def test_a_second_caller_and_an_update_at_one_moment_are_both_heard(app: Flask, dispatch: Centre) -> None:
    body = call()
    referral_id = dispatch.offer(body).json["id"]
    referral = hold(referral_id)
    with told_meanwhile(app, dispatch, HOOK, body | {"narrative": SECOND}) as answer:
        add_told(referral, FIRST)
        db.session.commit()
        assert answer.result(PATIENCE_SECONDS).json["duplicate_of"] == referral_id

    assert find_told(referral_now(referral_id)).updates == (FIRST, SECOND)


def test_a_confirm_that_comes_as_the_call_is_given_back_is_told_how_it_stands(
    app: Flask, dispatch: Centre
) -> None:
    referral_id = dispatch.offer().json["id"]
    journey.accept(referral_now(referral_id), actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    journey.give_back(referral_now(referral_id), "not_confirmed", actor=SYSTEM)
    with told_meanwhile(app, dispatch, f"{HOOK}/{referral_id}/confirm", {}) as answer:
        db.session.commit()
        said = answer.result(PATIENCE_SECONDS)

    assert (said.status_code, said.json["state"], said.json["custody"]) == (409, "handing_back", "both")


def test_a_withdrawal_that_comes_with_its_request_is_sent_again_and_meets_it(
    app: Flask, dispatch: Centre
) -> None:
    """Neither sees the other's rows yet: were nobody to wait, the call would be offered and stay so."""
    referral_id = dispatch.offer().json["id"]
    conveyance_rows.keep(dispatch.client_id, referral_id, "r1", ConveyanceKind.THEIR_REQUEST)
    assert conveyance_rows.find_withdrawn(dispatch.client_id, "r1") is None
    withdrawal = {"cancelRequest": {"requestId": "r1"}}
    with told_meanwhile(app, dispatch, DOOR, withdrawal) as answer:
        db.session.commit()
        said = answer.result(PATIENCE_SECONDS)

    assert (said.status_code, said.headers["Retry-After"]) == (409, "1")
    assert dispatch.tell_us(withdrawal).status_code == 200
    assert referral_now(referral_id).state is State.CANCELLED

"""No 2xx unless durable: many calls at one moment, a key made a moment ago, a store that refuses."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import orjson
import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app import journey
from app.delivery.signatures import sign
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import ENDED_STATES, Custody, Referral, ReferralMessage, State
from tests.support.databases import away, refusing_to_write
from tests.support.referrals import HOOK, SAFE_ANSWERS, Dispatch, call, referral_now


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def offer_at_once(app: Flask, dispatch: Dispatch, messages: list[tuple[str, dict]]) -> list:
    """Each message on a thread of its own, all at one moment."""
    together = Barrier(len(messages))
    db.session.commit()

    def offer(message: tuple[str, dict]):
        message_id, body = message
        raw = orjson.dumps(body)
        headers = sign(dispatch.secret, message_id, clock.now(), raw)
        together.wait()
        return app.test_client().post(HOOK, data=raw, content_type="application/json", headers=headers)

    with ThreadPoolExecutor(len(messages)) as pool:
        return list(pool.map(offer, messages))


def test_many_calls_at_one_moment_are_all_kept_and_none_twice(app: Flask, dispatch: Dispatch) -> None:
    """New ones, one that goes back, the same message twice, and two callers of one incident."""
    back = call(answers={**SAFE_ANSWERS, "weapons": "yes"})
    twice, joined = call(), call()
    messages = [
        ("new-1", call()),
        ("new-2", call()),
        ("new-3", call()),
        ("back", back),
        ("twice", twice),
        ("twice", twice),
        ("caller-1", joined),
        ("caller-2", joined),
    ]

    answers = offer_at_once(app, dispatch, messages)

    assert Counter(answer.status_code for answer in answers) == {201: 6, 200: 2}
    assert {answer.json["id"] for answer in answers} == set(db.session.scalars(select(Referral.id)))
    assert count(Referral) == 6
    assert count(ReferralMessage) == 7
    ended = db.session.scalars(select(Referral).where(Referral.state.in_(ENDED_STATES))).one()
    assert ended.incident_id == back["incident_id"]


def test_a_key_made_a_moment_ago_is_known(app: Flask, dispatch: Dispatch) -> None:
    dispatch.offer()

    assert Dispatch(app).offer().status_code == 201


@pytest.mark.one_database
def test_when_nothing_can_be_written_dispatch_keeps_the_call(dispatch: Dispatch) -> None:
    """SQLite refuses to write: 503 with the owner, nothing half-kept; when it writes again we go on."""
    body = call()
    with refusing_to_write():
        answer = dispatch.offer(body, message_id="msg_1")

    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.json["custody"] == "dispatch"
    assert answer.headers["Retry-After"]
    assert count(Referral) == count(ReferralMessage) == 0
    assert dispatch.offer(body, message_id="msg_1").status_code == 201


def test_when_the_database_is_away_dispatch_keeps_the_call(dispatch: Dispatch) -> None:
    body = call()
    with away():
        answer = dispatch.offer(body, message_id="msg_1")

    assert (answer.status_code, answer.json["custody"]) == (503, "dispatch")
    assert dispatch.offer(body, message_id="msg_1").status_code == 201


def test_when_our_own_code_breaks_dispatch_keeps_the_call(
    app: Flask, dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", value=False)
    with monkeypatch.context() as broken:
        broken.setattr(journey, "place_call", break_down)
        answer = dispatch.offer(body := call(), message_id="msg_1")

    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert answer.json["custody"] == "dispatch"
    assert count(Referral) == count(ReferralMessage) == 0
    assert dispatch.offer(body, message_id="msg_1").status_code == 201


@pytest.mark.one_database
def test_a_lock_that_cannot_be_had_is_a_store_that_refuses(app: Flask, dispatch: Dispatch) -> None:
    """The lock file beside the database cannot be opened: an honest 503, not an error of ours."""
    lock = Path(db.engine.url.database).with_suffix(".lock")
    db.engine.dispose()  # the lock is opened anew
    lock.unlink()
    lock.mkdir()
    try:
        answer = dispatch_raw(app, dispatch, call())
    finally:
        lock.rmdir()

    assert (answer.status_code, answer.json["custody"]) == (503, "dispatch")
    assert dispatch.offer().status_code == 201


def dispatch_raw(app: Flask, dispatch: Dispatch, body: dict):
    """One offer that leaves the test's own session out of it."""
    raw = orjson.dumps(body)
    db.session.rollback()
    headers = sign(dispatch.secret, "raw", clock.now(), raw)
    return app.test_client().post(HOOK, data=raw, content_type="application/json", headers=headers)


def test_a_new_caller_of_a_closed_incident_stays_with_dispatch(dispatch: Dispatch) -> None:
    """Our work on it is done, so nobody here owns what is told now: never "office"."""
    body = call()
    referral = db.session.get_one(Referral, dispatch.offer(body).json["id"])
    referral.state, referral.custody = State.CLOSED, Custody.OFFICE
    db.session.commit()

    answer = dispatch.offer(body)

    assert (answer.status_code, answer.json["custody"]) == (409, "dispatch")
    assert answer.json["type"].endswith("/problems/terminal-state")


def test_danger_told_while_somebody_accepts_is_not_lost(app: Flask, dispatch: Dispatch) -> None:
    """The yes is being written when the knife is told: the update waits for it, and gives the call back."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("writers on SQLite stand in one queue")
    referral_id = dispatch.offer().json["id"]
    told = Event()
    with db.engine.connect() as accepting, ThreadPoolExecutor(1) as pool:
        accepting.execute(
            update(Referral)
            .where(Referral.id == referral_id)
            .values(state=State.ACCEPT_PENDING, custody=Custody.BOTH)
        )
        raw = orjson.dumps({"version": 2, "narrative": "Now he has a knife"})
        headers = sign(dispatch.secret, "danger", clock.now(), raw)

        def tell():
            told.set()
            path = f"{HOOK}/{referral_id}/updates"
            return app.test_client().post(path, data=raw, content_type="application/json", headers=headers)

        answer = pool.submit(tell)
        assert told.wait(10)
        with pytest.raises(TimeoutError):
            answer.result(0.5)
        accepting.commit()
        assert answer.result(10).status_code == 200

    assert referral_now(referral_id).state is State.HANDING_BACK

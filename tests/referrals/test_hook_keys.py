"""Keys at the hook: a process has copies some seconds old; the database decides as it keeps a message."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import orjson
import pytest
from flask import Flask
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from app.accounts import clients
from app.accounts.key_actions import add_key, revoke_client, revoke_key
from app.accounts.models import ClientKey, DispatchClient
from app.audit.trail import SYSTEM
from app.delivery.signatures import new_key_pair, sign
from app.foundation import clock
from app.foundation.db import db
from app.foundation.many_inserts import INSERTED_AS
from app.referrals.models import Referral, ReferralMessage
from tests.support.referrals import HOOK, Dispatch, call

Undo = Callable[[DispatchClient, ClientKey], object]


@pytest.fixture
def client(dispatch: Dispatch) -> DispatchClient:
    return db.session.get_one(DispatchClient, dispatch.client_id)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def offer_by(app: Flask, *keys: str, body: dict | None = None) -> TestResponse:
    """An offer that is signed by each of these keys."""
    raw = orjson.dumps(body or call())
    db.session.commit()
    headers = sign(keys, f"msg_{uuid4().hex}", clock.now(), raw)
    with app.app_context():
        return app.test_client().post(HOOK, data=raw, content_type="application/json", headers=headers)


def slug(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["type"].rpartition("/")[2]


def revoke_the_key(client: DispatchClient, key: ClientKey) -> None:
    revoke_key(key, actor=SYSTEM)


def revoke_the_client(client: DispatchClient, key: ClientKey) -> None:
    revoke_client(client, actor=SYSTEM)


def mark_the_client_only(client: DispatchClient, key: ClientKey) -> None:
    client.revoked_at = clock.now()


def end_the_key(client: DispatchClient, key: ClientKey) -> None:
    key.expires_at = clock.now() - timedelta(seconds=2)


@pytest.mark.parametrize("undo", [revoke_the_key, revoke_the_client, mark_the_client_only, end_the_key])
def test_a_key_that_ended_a_moment_ago_is_refused_and_nothing_is_kept(
    dispatch: Dispatch, client: DispatchClient, undo: Undo
) -> None:
    body = call()
    first = dispatch.offer(body, message_id="msg_1")
    undo(client, client.keys[0])
    db.session.commit()
    assert client.id in clients._known_keys.get()  # this process still has a copy of the key

    again, new = dispatch.offer(body, message_id="msg_1"), dispatch.offer(call())
    told = dispatch.tell(first.json["id"], "updates", {"version": 2, "narrative": "They talk calmly now"})

    assert [slug(answer) for answer in (again, new, told)] == [(401, "unknown-key")] * 3
    assert count(Referral) == count(ReferralMessage) == 1


def test_every_message_says_which_key_signed_it(
    app: Flask, dispatch: Dispatch, client: DispatchClient
) -> None:
    private, public = new_key_pair()
    second, _ = add_key(client, public_key=public, actor=SYSTEM)
    first = dispatch.offer()
    dispatch.tell(first.json["id"], "cancel")
    assert offer_by(app, private).status_code == 201

    by_key = select(ReferralMessage.signing_key_id, func.count()).group_by(ReferralMessage.signing_key_id)
    assert dict(db.session.execute(by_key).all()) == {client.keys[0].id: 2, second.id: 1}


def test_who_signs_with_old_and_new_loses_no_call_when_one_is_taken_back(
    app: Flask, dispatch: Dispatch, client: DispatchClient
) -> None:
    """The copy still names the key that is gone: the first try is told to come again, and then it holds."""
    newest, secret = add_key(client, public_key=None, actor=SYSTEM)
    body = call()
    assert offer_by(app, dispatch.secret, str(secret)).status_code == 201
    revoke_key(newest, actor=SYSTEM)

    first, again = (offer_by(app, dispatch.secret, str(secret), body=body) for _ in range(2))

    assert slug(first) == (409, "request-in-progress")
    assert again.status_code == 201
    assert count(Referral) == 2


def test_a_second_caller_is_heard_by_the_key_that_holds(
    app: Flask, dispatch: Dispatch, client: DispatchClient
) -> None:
    newest, secret = add_key(client, public_key=None, actor=SYSTEM)
    body = call()
    first = offer_by(app, dispatch.secret, str(secret), body=body)
    revoke_key(newest, actor=SYSTEM)

    answer = offer_by(app, dispatch.secret, str(secret), body=body)

    assert (answer.status_code, answer.json["duplicate_of"]) == (200, first.json["id"])


def test_a_message_never_names_a_key_of_somebody_else(app: Flask, dispatch: Dispatch) -> None:
    """Even if our own code mixed them up, the database would not keep it."""
    dispatch.offer()
    other = Dispatch(app)
    message = db.session.scalars(select(ReferralMessage)).one()
    theirs = db.session.get_one(DispatchClient, other.client_id).keys[0].id

    message.signing_key_id = theirs
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        db.session.flush()


@pytest.mark.one_database
def test_finding_the_key_reads_two_rows_by_their_primary_keys(app: Flask) -> None:
    found = ReferralMessage.__table__.c.signing_key_id.info[INSERTED_AS].format("'0'")
    plan = [row.detail for row in db.session.execute(text(f"EXPLAIN QUERY PLAN SELECT {found}"))]

    assert len([step for step in plan if step.startswith("SEARCH") and "(id=?)" in step]) == 2
    assert not [step for step in plan if "SCAN k" in step or "SCAN c" in step]

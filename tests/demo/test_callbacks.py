"""The centre's ear: only what the office signed is heard, and each message once."""

import json

import httpx
import pytest

from app.delivery.signatures import new_secret, sign
from app.demo.callbacks import MAX_BODY_BYTES, listening
from app.foundation import clock

SECRET = new_secret()
BODY = json.dumps({"type": "referral.accepted", "data": {"referral_id": "r1"}}).encode()


@pytest.fixture
def heard():
    return []


@pytest.fixture
def ear(heard):
    def tell(kind, data, is_new):
        if is_new:
            heard.append((kind, data))
        return {"confirmed": True} if kind == "referral.confirm_me" else None

    with listening(0, SECRET, tell) as port:
        yield f"http://127.0.0.1:{port}"


def tell(url, body=BODY, *, secret=SECRET, message_id="m1", **headers):
    return httpx.post(
        url, content=body, headers=sign(secret, message_id, clock.now(), body) | headers
    ).status_code


def test_a_signed_message_is_heard(ear, heard):
    assert tell(ear) == 204
    assert heard == [("referral.accepted", {"referral_id": "r1"})]


def test_the_same_message_again_is_taken_and_heard_once(ear, heard):
    assert (tell(ear), tell(ear)) == (204, 204)
    assert len(heard) == 1


def test_what_another_signed_changes_nothing(ear, heard):
    assert tell(ear, secret=new_secret()) == 401
    assert heard == []


def test_what_was_changed_on_the_way_changes_nothing(ear, heard):
    signed = sign(SECRET, "m1", clock.now(), b"{}")

    assert httpx.post(ear, content=BODY, headers=signed).status_code == 401
    assert heard == []


def test_what_is_too_long_is_not_read(ear, heard):
    assert tell(ear, b" " * (MAX_BODY_BYTES + 1)) == 413
    assert heard == []


def test_a_port_that_is_taken_is_said(ear):
    with pytest.raises(OSError, match="in use"), listening(int(ear.rpartition(":")[2]), SECRET, print):
        pass


def test_what_the_centre_answers_goes_back_as_the_body_of_the_answer(ear):
    body = json.dumps({"type": "referral.confirm_me", "data": {}}).encode()
    answer = httpx.post(ear, content=body, headers=sign(SECRET, "m1", clock.now(), body))

    assert (answer.status_code, answer.json()) == (200, {"confirmed": True})


def test_a_line_that_lets_no_answer_through_is_a_connection_that_ends(heard):
    def cut(headers, body, receive):
        receive(headers, body)

    def tell(*message):
        heard.append(message)

    with listening(0, SECRET, tell, cut) as port, pytest.raises(httpx.RemoteProtocolError):
        httpx.post(f"http://127.0.0.1:{port}", content=BODY, headers=sign(SECRET, "m1", clock.now(), BODY))
    assert len(heard) == 1

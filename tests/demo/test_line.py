"""The line itself, over real HTTP: what it loses, doubles and lets overtake, and what it remembers."""

import json
import threading
import time

import httpx
import pytest

from app.delivery.signatures import new_secret
from app.demo.faults import NAMED, Faults
from app.demo.line import FaultyLine
from app.referrals.sender import HookSender, Unanswered

SECRET = new_secret()
BODY = json.dumps({"type": "referral.accepted", "data": {"referral_id": "r1"}}).encode()


@pytest.fixture
def over(receiver):
    """Gives a sender over a line with these faults, and the line."""
    lines = []

    def make(tries=1, **shares):
        line = FaultyLine(Faults(**shares), NAMED["none"], seed=1, patience_seconds=0.4)
        sender = HookSender(
            receiver.url, "c", SECRET, tries=tries, transport=line.transport(), pause=[].append
        )
        lines.append(sender)
        return sender, line

    yield make
    for sender in lines:
        sender.close()


def ids(receiver):
    return [request.headers["webhook-id"] for request in receiver.requests]


def test_a_lost_message_never_arrives_and_the_line_knows(over, receiver):
    sender, line = over(lose=1.0)

    with pytest.raises(Unanswered):
        sender.post("", b"{}", message_id="one:create")
    assert receiver.requests == []
    assert line.has_left("one:create") is False


def test_a_lost_answer_leaves_the_message_there(over, receiver):
    sender, line = over(lose_answer=1.0)

    with pytest.raises(Unanswered):
        sender.post("", b"{}", message_id="one:create")
    assert ids(receiver) == ["one:create"]
    assert line.has_left("one:create") is True


def test_a_doubled_message_arrives_twice_in_the_same_bytes(over, receiver):
    sender, _ = over(duplicate=1.0, later_seconds=(0.05, 0.1))
    sender.post("", b'{"n": 1}', message_id="one:create")
    first, second = receiver.wait_for(2)

    assert (first.body, first.headers["webhook-signature"]) == (
        second.body,
        second.headers["webhook-signature"],
    )


def test_a_held_message_is_overtaken_by_a_later_one_of_its_call(receiver):
    line = FaultyLine(Faults(reorder=1.0, hold_seconds=5.0), NAMED["none"], seed=1, patience_seconds=9.0)
    with HookSender(receiver.url, "c", SECRET, transport=line.transport()) as sender:
        held = threading.Thread(target=lambda: sender.post("", b"{}", message_id="one:create"))
        held.start()
        time.sleep(0.2)
        line.out = NAMED["none"]
        sender.post("", b"{}", message_id="two:create")  # of another call: overtakes nothing
        sender.post("", b"{}", message_id="one:cancel")
        held.join(5)

    assert ids(receiver) == ["two:create", "one:cancel", "one:create"]
    assert line.counts["overtaken"] == 1


def test_a_message_that_nothing_overtakes_goes_on_after_a_while(over, receiver):
    sender, line = over(reorder=1.0, hold_seconds=0.1)

    assert sender.post("", b"{}", message_id="one:create").status == 200
    assert line.counts["overtaken"] == 0


def test_an_answer_that_comes_too_late_is_no_answer(over, receiver):
    sender, line = over(delay=1.0, delay_seconds=(0.5, 0.6))

    with pytest.raises(Unanswered):
        sender.post("", b"{}", message_id="one:create")
    assert len(receiver.requests) == 1
    assert line.counts["answer too late"] == 1


def test_a_mended_line_brings_everything(over, receiver):
    sender, line = over(lose=1.0)
    line.mend()

    assert sender.post("", b"{}", message_id="one:create").status == 200


@pytest.mark.parametrize(
    ("shares", "heard", "is_answered", "is_swallowed"),
    [
        ({}, 1, True, False),
        ({"lose": 1.0}, 0, False, True),
        ({"lose_answer": 1.0}, 1, False, False),
        ({"duplicate": 1.0, "later_seconds": (0.01, 0.02)}, 2, True, False),
        ({"reorder": 1.0, "hold_seconds": 0.05}, 1, False, True),
    ],
)
def test_a_callback_meets_the_same_faults_on_its_way_to_the_ear(shares, heard, is_answered, is_swallowed):
    line, taken = FaultyLine(NAMED["none"], Faults(**shares), seed=1), []

    def receive(headers, body):
        taken.append(body)
        return 204, b""

    answer = line.carry({"webhook-id": "m1"}, BODY, receive)
    deadline = time.monotonic() + 2
    while len(taken) < heard and time.monotonic() < deadline:
        time.sleep(0.01)

    assert taken == [BODY] * heard
    assert (answer is not None) is is_answered
    assert line.has_swallowed("r1") is is_swallowed


def test_a_look_belongs_to_no_call_and_is_never_held(receiver):
    line = FaultyLine(Faults(reorder=1.0, hold_seconds=5.0), NAMED["none"], seed=1, patience_seconds=9.0)
    began = time.monotonic()
    with HookSender(receiver.url, "c", SECRET, transport=line.transport()) as sender:
        sender.get("/r1")

    assert time.monotonic() - began < 2


def test_what_is_no_longer_wanted_is_not_tried_again(receiver):
    wanted = iter([True, False])
    with (
        HookSender("http://127.0.0.1:9", "c", SECRET, tries=5, pause=[].append) as sender,
        pytest.raises(Unanswered, match="ConnectError"),
    ):
        sender.post("", b"{}", message_id="one:confirm", is_wanted=lambda: next(wanted))


def test_a_whole_path_leads_beside_the_referrals(receiver):
    with HookSender(receiver.url, "c", SECRET, transport=httpx.HTTPTransport()) as sender:
        sender.get("/api/v1/intake-health")
        sender.get("/r1")

    assert [request.path for request in receiver.requests] == [
        "/api/v1/intake-health",
        "/api/v1/referrals/r1",
    ]

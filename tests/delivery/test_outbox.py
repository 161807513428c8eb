"""Messages that must arrive: promised with the change, sent until taken, never lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from app.delivery import outbox
from app.delivery.destinations import register_destination, signing_keys
from app.delivery.ladder import HAND_BACK_KIND, LIVE_SECONDS, WATCH_KIND
from app.delivery.models import Network, OutboxMessage
from app.delivery.outbox import LEASE, Claimed, Said, SendFailed, claim, deliver_next, enqueue, stop_repeating
from app.delivery.signatures import check
from app.delivery.webhook import WebhookSender
from app.foundation import clock
from app.foundation.db import db
from tests.support.receiver import Receiver

KIND = "referral.accepted"
Promise = Callable[..., str]


@pytest.fixture
def promise(app: Flask) -> Promise:
    """Promises a message and commits; gives its id."""

    def make(kind: str = KIND, url: str = "http://localhost:9", subject_id: str = "call-1") -> str:
        destination, _ = register_destination("City CAD", url, network=Network.THIS_MACHINE)
        enqueue(destination.id, kind, {"referral_id": subject_id}, subject_id=subject_id)
        db.session.commit()
        return db.session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.destination_id == destination.id)
        ).one()

    return make


def now_of(message_id: str) -> OutboxMessage:
    db.session.expire_all()
    return db.session.get_one(OutboxMessage, message_id)


def refuse(message: Claimed) -> Said:
    raise SendFailed("HTTP 503")


def take(message: Claimed) -> Said:
    """A receiver that takes everything, and says no more than that."""
    return ()


def test_a_message_lives_and_dies_with_its_transaction(app: Flask) -> None:
    destination, _ = register_destination("City CAD", "https://cad.example.gov/callbacks")
    db.session.commit()
    enqueue(destination.id, KIND, {}, subject_id="call-1")
    db.session.flush()
    db.session.rollback()

    assert db.session.scalars(select(OutboxMessage)).all() == []
    assert deliver_next(take, clock.now()) is False


def test_of_two_workers_one_takes_a_message(promise: Promise) -> None:
    message_id, now = promise(), clock.now()

    assert claim(message_id, now) is not None
    assert claim(message_id, now) is None
    assert deliver_next(take, now) is False
    assert now_of(message_id).attempt_count == 1


def test_of_two_workers_at_the_same_moment_one_takes_it(app: Flask, promise: Promise) -> None:
    message_id, now, ready = promise(), clock.now(), Barrier(2)
    db.session.rollback()  # the workers must not wait for this test

    def try_to_claim() -> bool:
        with app.app_context():
            ready.wait(10)
            taken = claim(message_id, now) is not None
            db.session.rollback()
            return taken

    with ThreadPoolExecutor(2) as workers:
        tries = [workers.submit(try_to_claim) for _ in range(2)]
    assert sorted(each.result() for each in tries) == [False, True]


def test_a_message_of_a_worker_that_died_is_taken_again(promise: Promise) -> None:
    message_id, now = promise(), clock.now()
    claim(message_id, now)

    assert deliver_next(take, now + LEASE - timedelta(seconds=1)) is False
    assert deliver_next(take, now + LEASE) is True
    assert now_of(message_id).sent_at is not None
    assert now_of(message_id).attempt_count == 2


def test_no_transaction_is_open_while_we_wait_for_the_network(promise: Promise) -> None:
    promise()
    seen = []

    def look(message: Claimed) -> Said:
        seen.append((db.session().in_transaction(), message.subject_id))
        return ()

    deliver_next(look, clock.now())
    assert seen == [(False, "call-1")]


def test_a_receiver_in_trouble_gets_the_same_message_again(promise: Promise, receiver: Receiver) -> None:
    message_id = promise(url=receiver.url)
    receiver.answers.extend([503, 301, 202])
    sender = WebhookSender()
    for late in (0, 2, 4):
        assert deliver_next(sender, clock.now() + timedelta(seconds=late)) is True
        if late == 0:
            assert now_of(message_id).last_problem == "HTTP 503"
            assert now_of(message_id).sent_at is None
    sender.close()

    assert [request.headers["webhook-id"] for request in receiver.requests] == [message_id] * 3
    assert len({request.body for request in receiver.requests}) == 1
    assert (now_of(message_id).sent_at is not None, now_of(message_id).last_problem) == (True, None)
    assert deliver_next(take, clock.now() + timedelta(days=9)) is False


def test_what_leaves_is_signed_with_the_secret_of_its_destination(app: Flask, receiver: Receiver) -> None:
    destination, secret = register_destination("City CAD", receiver.url, network=Network.THIS_MACHINE)
    enqueue(destination.id, KIND, {"referral_id": "call-1"}, subject_id="call-1")
    db.session.commit()
    sender = WebhookSender()
    deliver_next(sender, clock.now())
    sender.close()
    [came] = receiver.requests
    signed = {
        "message_id": came.headers["webhook-id"],
        "timestamp": came.headers["webhook-timestamp"],
        "signatures": came.headers["webhook-signature"],
        "now": clock.now(),
    }

    assert check(secret, body=came.body, **signed) is None
    assert check(secret, body=came.body + b" ", **signed) is not None
    [key] = signing_keys(destination, clock.now())
    assert secret.encode() not in key.secret_sealed


def test_a_receiver_that_is_not_there_is_a_failure_like_any_other(promise: Promise) -> None:
    message_id = promise(url="http://localhost:9")
    sender = WebhookSender()
    deliver_next(sender, clock.now())
    sender.close()

    assert now_of(message_id).last_problem == "ConnectError"
    assert now_of(message_id).sent_at is None


@pytest.mark.parametrize(
    ("kind", "is_dead"),
    [(KIND, True), (HAND_BACK_KIND, False), (WATCH_KIND, False)],
)
def test_only_what_waits_for_an_acknowledgement_is_never_given_up(
    promise: Promise, monkeypatch: pytest.MonkeyPatch, kind: str, is_dead: bool
) -> None:
    message_id, later = promise(kind), clock.now()
    for _ in range(len(LIVE_SECONDS) + 1):
        assert now_of(message_id).dead_at is None
        later = max(later, now_of(message_id).next_attempt_at)
        db.session.rollback()
        with clock.as_of(later):
            assert deliver_next(refuse, later) is True

    assert (now_of(message_id).dead_at is not None) is is_dead
    assert deliver_next(refuse, later + timedelta(days=30)) is not is_dead


def test_what_was_answered_another_way_need_not_leave(promise: Promise) -> None:
    answered = promise(HAND_BACK_KIND)
    other_call = promise(HAND_BACK_KIND, subject_id="call-2")
    other_kind = promise()
    stop_repeating("call-1", HAND_BACK_KIND)
    db.session.commit()

    assert now_of(answered).sent_at is not None
    assert [now_of(one).sent_at for one in (other_call, other_kind)] == [None, None]


def test_an_answer_while_we_were_sending_is_not_undone(promise: Promise) -> None:
    message_id = promise(HAND_BACK_KIND)

    def answered_meanwhile(message: Claimed) -> Said:
        stop_repeating("call-1", HAND_BACK_KIND)
        db.session.commit()
        return refuse(message)

    deliver_next(answered_meanwhile, clock.now())
    assert now_of(message_id).sent_at is not None
    assert now_of(message_id).last_problem is None
    assert deliver_next(take, clock.now() + outbox.LEASE * 2) is False

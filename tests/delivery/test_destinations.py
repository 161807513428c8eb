"""Where messages go: signed by every key that holds, so that no receiver misses one while keys change."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.trail import SYSTEM
from app.delivery.addresses import REFUSED
from app.delivery.destinations import (
    OVERLAP,
    get_destination,
    headers_for,
    register_destination,
    rotate_key_pair,
    rotate_secret,
)
from app.delivery.models import Destination, DestinationKey, Network, OutboxMessage
from app.delivery.outbox import deliver_next, enqueue
from app.delivery.signatures import PUBLIC, SignatureProblem, check
from app.delivery.webhook import WebhookSender
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from tests.support.receiver import Receiver

BODY = b'{"type":"referral.accepted"}'


def problem(destination: Destination, key: str, *, after: timedelta = timedelta()) -> SignatureProblem | None:
    """What somebody who knows this key says of a message that leaves then."""
    then = clock.now() + after
    headers = headers_for(destination, "msg_1", BODY, then)
    return check(
        key,
        message_id=headers["webhook-id"],
        timestamp=headers["webhook-timestamp"],
        signatures=headers["webhook-signature"],
        body=BODY,
        now=then,
    )


@pytest.fixture
def registered(app: Flask) -> tuple[Destination, str]:
    return register_destination("City CAD", "https://cad.example.gov/callbacks")


def test_old_and_new_secret_sign_together_and_then_the_new_one_alone(
    registered: tuple[Destination, str],
) -> None:
    destination, old = registered
    new = rotate_secret(destination, actor=SYSTEM)

    assert [problem(destination, key) for key in (old, new)] == [None, None]
    later = OVERLAP + timedelta(seconds=1)
    assert problem(destination, old, after=later) is SignatureProblem.BAD
    assert problem(destination, new, after=later) is None


def test_a_secret_that_leaked_ends_at_once(registered: tuple[Destination, str]) -> None:
    destination, old = registered
    new = rotate_secret(destination, actor=SYSTEM, overlap=timedelta())

    assert problem(destination, old) is SignatureProblem.BAD
    assert problem(destination, new) is None


def test_changing_twice_does_not_make_the_oldest_last_longer(registered: tuple[Destination, str]) -> None:
    destination, old = registered
    rotate_secret(destination, actor=SYSTEM, overlap=timedelta(hours=1))
    rotate_secret(destination, actor=SYSTEM, overlap=timedelta(hours=5))

    assert problem(destination, old, after=timedelta(hours=2)) is SignatureProblem.BAD


def test_a_pair_of_ours_signs_beside_the_secret(registered: tuple[Destination, str]) -> None:
    destination, secret = registered
    first = rotate_key_pair(destination, actor=SYSTEM)
    second = rotate_key_pair(destination, actor=SYSTEM)

    assert first.startswith(PUBLIC)
    assert [problem(destination, key) for key in (secret, first, second)] == [None] * 3
    later = OVERLAP + timedelta(seconds=1)
    assert problem(destination, first, after=later) is SignatureProblem.BAD
    assert [problem(destination, key, after=later) for key in (secret, second)] == [None] * 2


def test_what_leaves_carries_every_signature(app: Flask, receiver: Receiver) -> None:
    destination, old = register_destination("City CAD", receiver.url, network=Network.THIS_MACHINE)
    new, public = rotate_secret(destination, actor=SYSTEM), rotate_key_pair(destination, actor=SYSTEM)
    enqueue(destination.id, "referral.accepted", {}, subject_id="call-1")
    db.session.commit()
    sender = WebhookSender()
    deliver_next(sender, clock.now())
    sender.close()
    [came] = receiver.requests
    signed = {
        "message_id": came.headers["webhook-id"],
        "timestamp": came.headers["webhook-timestamp"],
        "signatures": came.headers["webhook-signature"],
        "body": came.body,
        "now": clock.now(),
    }

    assert [check(key, **signed) for key in (old, new, public)] == [None] * 3


@pytest.mark.parametrize("changed", ["http://ana:secret@{}/", "http://{}/#part", "http://{}/callbacks here"])
def test_an_address_is_looked_at_again_each_time_a_message_leaves(
    app: Flask, receiver: Receiver, changed: str
) -> None:
    """The row may be older than the rule, or have been changed past our own code."""
    destination, _ = register_destination("City CAD", receiver.url, network=Network.THIS_MACHINE)
    there = receiver.url.removeprefix("http://").rstrip("/")
    destination.url = changed.format(there)
    enqueue(destination.id, "referral.accepted", {}, subject_id="call-1")
    db.session.commit()

    deliver_next(WebhookSender(), clock.now())

    assert receiver.requests == []
    assert db.session.scalars(select(OutboxMessage.last_problem)).one() == REFUSED


def test_what_signs_is_kept_sealed(registered: tuple[Destination, str]) -> None:
    destination, secret = registered
    rotate_key_pair(destination, actor=SYSTEM)
    kept = db.session.scalars(select(DestinationKey.secret_sealed)).all()

    assert len(kept) == 2
    assert all(secret.encode() not in one and b"whs" not in one for one in kept)


def test_a_destination_that_nobody_registered_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        get_destination("0" * 26)

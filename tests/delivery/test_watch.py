"""A hand-back that dispatch does not acknowledge in 30 seconds pages the office's watch, until it does."""

import json
from datetime import timedelta
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from app import journey
from app.accounts.permissions import Role
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import SYSTEM
from app.delivery import outbox
from app.delivery.actions import register_watch
from app.delivery.destinations import signing_keys
from app.delivery.ladder import WATCH_KIND
from app.delivery.models import Destination, Listener, Network, OutboxMessage
from app.delivery.signatures import check
from app.delivery.timers import fire_next
from app.delivery.webhook import WebhookSender
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import Referral, State
from app.referrals.rules import PHONE_DISPATCH_SECONDS
from app.worker import TIMER_HANDLERS
from tests.support.board import actor_with, make_call
from tests.support.delivery import NOWHERE
from tests.support.receiver import Receiver
from tests.support.referrals import referral_now


@pytest.fixture
def referral(app: Flask) -> Referral:
    """A call of ours that begins to go back now."""
    referral = make_call(State.ACCEPTED)
    journey.give_back(referral, "danger_on_scene", actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    return referral


def watch_at(url: str = NOWHERE) -> str:
    network = Network.THIS_MACHINE if "localhost" in url else Network.PUBLIC
    _, secret = register_watch("Night watch", url, network=network, actor=SYSTEM)
    db.session.commit()
    return secret


def ring(seconds: float) -> None:
    db.session.rollback()
    while fire_next(TIMER_HANDLERS, clock.now() + timedelta(seconds=seconds)):
        pass


def pages() -> list[OutboxMessage]:
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == WATCH_KIND)))


def escalations() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.what == What.REFERRAL_ESCALATED)))


def test_after_thirty_seconds_and_not_before_each_watch_is_paged(referral: Referral) -> None:
    watch_at()
    watch_at("https://second.example.gov/")
    ring(PHONE_DISPATCH_SECONDS - 1)
    assert (pages(), escalations()) == ([], [])
    ring(PHONE_DISPATCH_SECONDS)
    ring(PHONE_DISPATCH_SECONDS * 2)

    assert [page.destination.listener for page in pages()] == [Listener.WATCH] * 2
    [entry] = escalations()
    assert (entry.subject_id, entry.actor_id, entry.facts) == (referral.id, "worker", {"watches": 2})


def test_a_page_says_ids_and_state_and_nothing_more(referral: Referral, receiver: Receiver) -> None:
    secret = watch_at(receiver.url)
    ring(PHONE_DISPATCH_SECONDS)
    outbox.deliver_next(WebhookSender(), clock.now())
    [came] = receiver.requests
    said = orjson.loads(came.body)

    assert said["type"] == WATCH_KIND
    assert set(said["data"]) == {"referral_id", "incident_id", "state", "custody", "reason", "at"}
    assert (said["data"]["referral_id"], said["data"]["state"]) == (referral.id, "handing_back")
    assert not check(
        secret,
        message_id=came.headers["webhook-id"],
        timestamp=came.headers["webhook-timestamp"],
        signatures=came.headers["webhook-signature"],
        body=came.body,
        now=clock.now(),
    )


def test_a_page_is_repeated_each_minute_until_dispatch_has_the_call(
    referral: Referral, receiver: Receiver
) -> None:
    watch_at(receiver.url)
    ring(PHONE_DISPATCH_SECONDS)
    waits, moment = [], clock.now()
    for _ in range(4):
        with clock.as_of(moment):
            assert outbox.deliver_next(WebhookSender(), moment)
        [page] = pages()
        waits.append((page.next_attempt_at - moment).total_seconds())
        moment = page.next_attempt_at
        db.session.rollback()
    assert all(45 < wait <= 60 for wait in waits)
    assert len(receiver.requests) == 4
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1

    journey.acknowledge_hand_back(referral_now(referral.id), actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    assert outbox.deliver_next(WebhookSender(), clock.now() + timedelta(days=1)) is False


def test_a_call_that_dispatch_has_again_pages_nobody(referral: Referral) -> None:
    watch_at()
    journey.acknowledge_hand_back(referral, actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    ring(PHONE_DISPATCH_SECONDS)

    assert (pages(), escalations()) == ([], [])


def test_without_a_watch_it_is_still_on_the_trail_and_on_the_board(
    referral: Referral, client_as: Any
) -> None:
    ring(PHONE_DISPATCH_SECONDS)

    [entry] = escalations()
    assert entry.facts == {"watches": 0}


def test_the_board_says_that_dispatch_must_be_phoned(app: Flask, client_as: Any) -> None:
    make_call(State.HANDING_BACK, reason="danger_on_scene", left=-1)
    page = client_as(Role.COORDINATOR).get("/board").text

    assert "dispatch now" in page
    assert "Phone dispatch" in page


@pytest.fixture
def run(app: Flask) -> Any:
    """Runs a command as an operator types it."""

    def invoke(*words: str) -> Any:
        db.session.commit()
        return app.test_cli_runner().invoke(args=words)

    return invoke


def register(run: Any, url: str, *more: str) -> Any:
    return run("delivery", "register-watch", "--url", url, "--name", "Night watch", *more)


@pytest.mark.parametrize(
    ("url", "more", "network"),
    [
        ("https://watch.example.gov/pages", (), Network.PUBLIC),
        ("https://10.1.2.3/pages", ("--private-network",), Network.PRIVATE),
    ],
)
def test_a_watch_is_registered_and_its_secret_is_said_once(
    run: Any, url: str, more: tuple[str, ...], network: Network
) -> None:
    said = register(run, url, *more)

    assert said.exit_code == 0, said.output
    printed = json.loads(said.output)
    watch = db.session.scalars(select(Destination)).one()
    assert (watch.id, watch.listener, watch.network) == (printed["destination_id"], Listener.WATCH, network)
    assert printed["secret"].startswith("whsec_")
    assert all(
        printed["secret"].encode() not in key.secret_sealed for key in signing_keys(watch, clock.now())
    )
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.what, entry.facts) == (What.DESTINATION_REGISTERED, {"purpose": "watch"})


@pytest.mark.parametrize(
    "url", ["http://watch.example.gov", "https://10.1.2.3", "http://localhost:9", "https://a:b@example.gov"]
)
def test_an_address_that_no_message_may_go_to_is_not_registered(run: Any, url: str) -> None:
    said = register(run, url)

    assert (said.exit_code, url in said.output) == (1, False)
    assert said.output.startswith("Error: ")
    assert db.session.scalars(select(Destination)).all() == []

"""What dispatch answers to a callback may settle it; everything less than the exact word is "received"."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select, update

from app import journey
from app.accounts.models import DispatchClient
from app.accounts.permissions import Role
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.cases.models import ConflictCase
from app.delivery import outbox
from app.delivery.connection import LONGEST_ANSWER
from app.delivery.ladder import ACCEPTED_KIND, HAND_BACK_KIND
from app.delivery.models import OutboxMessage
from app.delivery.webhook import WebhookSender
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import Custody, Referral, State
from app.referrals.queries import list_states
from app.worker import Worker, settle
from tests.support.board import actor_with, make_call
from tests.support.delivery import Listener, message_now
from tests.support.receiver import Receiver
from tests.support.referrals import Dispatch, referral_now

CONFIRMED, ACKNOWLEDGED = b'{"confirmed": true}', b'{"acknowledged": true}'


@pytest.fixture
def dispatch(app: Flask, receiver: Receiver) -> Dispatch:
    return Dispatch(app, callback_url=receiver.url)


def accepted(dispatch: Dispatch) -> Referral:
    """A call to which a person here has just said yes."""
    referral = make_call(State.OFFERED, client_id=dispatch.client_id)
    journey.accept(referral, actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    return referral


def going_back(dispatch: Dispatch) -> Referral:
    """A call of ours that goes back, and that dispatch has not acknowledged."""
    referral = make_call(State.ACCEPTED, client_id=dispatch.client_id)
    journey.give_back(referral, "danger_on_scene", actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    return referral


def deliver(seconds: float = 0) -> None:
    """Deliver one message, as the worker does."""
    db.session.rollback()
    assert outbox.deliver_next(WebhookSender(), clock.now() + timedelta(seconds=seconds), settle)


def message_of(referral: Referral, kind: str) -> OutboxMessage:
    found = select(OutboxMessage).where(OutboxMessage.subject_id == referral.id, OutboxMessage.kind == kind)
    return db.session.scalars(found).one()


def stands(referral: Referral) -> tuple[State, Custody]:
    now = referral_now(referral.id)
    return now.state, now.custody


def test_an_answer_that_confirms_makes_the_call_ours(dispatch: Dispatch, receiver: Receiver) -> None:
    referral = accepted(dispatch)
    receiver.answer_body = CONFIRMED
    deliver()

    assert stands(referral) == (State.ACCEPTED, Custody.OFFICE)
    assert db.session.scalars(select(ConflictCase.referral_id)).all() == [referral.id]
    last = list_states(referral.id)[-1]
    assert (last.actor_kind, last.actor_id, last.actor_label) == (
        "client",
        dispatch.client_id,
        "psap.example.gov",
    )
    assert message_of(referral, ACCEPTED_KIND).sent_at is not None


def test_an_answer_that_acknowledges_ends_our_duty(dispatch: Dispatch, receiver: Receiver) -> None:
    referral = going_back(dispatch)
    receiver.answer_body = ACKNOWLEDGED
    deliver()

    assert stands(referral) == (State.HANDED_BACK, Custody.DISPATCH)
    assert outbox.deliver_next(WebhookSender(), clock.now() + timedelta(days=1)) is False


SAYS_NOTHING: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "application/json"),
    "an empty object": (b"{}", "application/json"),
    "the word of the other kind": (b'{"said": true}', "application/json"),
    "no": (b'{"confirmed": false, "acknowledged": false}', "application/json"),
    "a text": (b'{"confirmed": "true", "acknowledged": "true"}', "application/json"),
    "a number": (b'{"confirmed": 1, "acknowledged": 1}', "application/json"),
    "a list": (b'["confirmed", "acknowledged"]', "application/json"),
    "inside something": (b'{"data": {"confirmed": true, "acknowledged": true}}', "application/json"),
    "true alone": (b"true", "application/json"),
    "no JSON": (b'{"confirmed": true, "acknowledged": true', "application/json"),
    "not UTF-8": (b'{"confirmed": true, "acknowledged": true, "\xff": 1}', "application/json"),
    "deep": (b"[" * 30_000 + b"]" * 30_000, "application/json"),
    "another type": (b'{"confirmed": true, "acknowledged": true}', "text/plain"),
    "a page": (b'{"confirmed": true, "acknowledged": true}', "text/html"),
    "too long": (
        b'{"confirmed": true, "acknowledged": true' + b" " * LONGEST_ANSWER + b"}",
        "application/json",
    ),
}


@pytest.mark.parametrize("answer", SAYS_NOTHING.values(), ids=SAYS_NOTHING.keys())
def test_anything_less_is_only_received(dispatch: Dispatch, receiver: Receiver, answer: Any) -> None:
    receiver.answer_body, receiver.answer_type = answer
    yes, back = accepted(dispatch), going_back(dispatch)
    deliver()
    deliver()

    assert stands(yes) == (State.ACCEPT_PENDING, Custody.BOTH)
    assert message_of(yes, ACCEPTED_KIND).sent_at is not None
    assert stands(back) == (State.HANDING_BACK, Custody.BOTH)
    told = message_of(back, HAND_BACK_KIND)
    assert (told.sent_at, told.dead_at, told.last_problem) == (None, None, None)


@pytest.mark.parametrize("status", [301, 400, 410, 500, 503])
def test_what_was_not_taken_settles_nothing(dispatch: Dispatch, receiver: Receiver, status: int) -> None:
    referral = accepted(dispatch)
    receiver.answer_body = CONFIRMED
    receiver.answers.append(status)
    deliver()

    assert stands(referral) == (State.ACCEPT_PENDING, Custody.BOTH)
    assert message_of(referral, ACCEPTED_KIND).last_problem == f"HTTP {status}"


@pytest.mark.parametrize("answer", [ACKNOWLEDGED, b'{"confirmed": true, "acknowledged": true}'])
def test_each_word_settles_only_its_own_kind(dispatch: Dispatch, receiver: Receiver, answer: bytes) -> None:
    referral = accepted(dispatch)
    receiver.answer_body = answer
    deliver()

    assert (stands(referral)[0] is State.ACCEPTED) is (b"confirmed" in answer)


@pytest.mark.parametrize("status", [200, 204, 500])
def test_a_hand_back_is_repeated_until_it_is_acknowledged_whatever_is_answered(
    dispatch: Dispatch, receiver: Receiver, status: int
) -> None:
    referral, later = going_back(dispatch), 0
    for count, wait in enumerate((2, 4, 8, 15, 15, 30, 60, 60, 60), 1):
        receiver.answers.append(status)
        db.session.rollback()
        deliver(later)
        told = message_of(referral, HAND_BACK_KIND)
        waits = (told.next_attempt_at - clock.now()).total_seconds()
        assert (told.attempt_count, told.sent_at, told.dead_at) == (count, None, None)
        assert wait * 0.75 < waits <= wait
        later += wait
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1

    journey.acknowledge_hand_back(referral_now(referral.id), actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    assert outbox.deliver_next(WebhookSender(), clock.now() + timedelta(days=9)) is False


def test_the_board_says_how_often_dispatch_was_told(
    dispatch: Dispatch, receiver: Receiver, client_as: Any
) -> None:
    referral = going_back(dispatch)
    for seconds in (0, 2, 6):
        deliver(seconds)
    coordinator = client_as(Role.COORDINATOR)

    assert "Told 3 times." in coordinator.get("/board").text
    assert "told 3 times, not acknowledged" in coordinator.get(f"/board/{referral.id}").text


def say_late(referral: Referral, kind: str, word: str, meanwhile: Any) -> None:
    """An answer that is under way while something else happens to the call."""

    def send(message: outbox.Claimed) -> outbox.Said:
        meanwhile()
        db.session.commit()
        return {word}

    assert message_of(referral, kind)
    db.session.rollback()
    assert Worker(send).work_once()


def test_a_confirmation_after_the_clock_ran_out_changes_nothing(dispatch: Dispatch) -> None:
    referral = accepted(dispatch)
    ran_out = lambda: journey.confirm_ran_out(referral.id, clock.now())  # noqa: E731
    say_late(referral, ACCEPTED_KIND, "confirmed", ran_out)

    assert stands(referral) == (State.HANDING_BACK, Custody.BOTH)
    assert db.session.scalars(select(ConflictCase)).all() == []
    assert message_of(referral, ACCEPTED_KIND).sent_at is not None


def test_a_yes_that_has_passed_is_not_told_any_more(dispatch: Dispatch, receiver: Receiver) -> None:
    """Told late it would let dispatch let go of a call that is going back to it."""
    referral = accepted(dispatch)
    journey.confirm_ran_out(referral.id, clock.now())
    db.session.commit()
    deliver()

    assert [orjson.loads(request.body)["type"] for request in receiver.requests] == [HAND_BACK_KIND]
    assert outbox.deliver_next(WebhookSender(), clock.now()) is False


def test_who_confirms_a_call_that_has_gone_back_is_told_again_that_it_has(dispatch: Dispatch) -> None:
    referral = accepted(dispatch)

    def gone_back() -> None:
        journey.confirm_ran_out(referral.id, clock.now())
        journey.acknowledge_hand_back(referral_now(referral.id), actor=actor_with(Role.COORDINATOR))

    say_late(referral, ACCEPTED_KIND, "confirmed", gone_back)

    assert stands(referral) == (State.HANDED_BACK, Custody.DISPATCH)
    told = message_of(referral, "referral.handed_back")
    assert (told.payload["state"], told.payload["custody"]) == ("handed_back", "dispatch")


def test_a_confirmation_of_an_earlier_yes_does_not_count_for_a_later_one(dispatch: Dispatch) -> None:
    referral = accepted(dispatch)

    def accepted_anew() -> None:
        later = update(Referral).where(Referral.id == referral.id)
        db.session.execute(later.values(accepted_at=clock.now()))

    say_late(referral, ACCEPTED_KIND, "confirmed", accepted_anew)

    assert stands(referral) == (State.ACCEPT_PENDING, Custody.BOTH)


def test_an_acknowledgement_that_comes_twice_changes_nothing(dispatch: Dispatch) -> None:
    referral, coordinator = going_back(dispatch), actor_with(Role.COORDINATOR)
    phoned = lambda: journey.acknowledge_hand_back(referral_now(referral.id), actor=coordinator)  # noqa: E731
    say_late(referral, HAND_BACK_KIND, "acknowledged", phoned)

    assert stands(referral) == (State.HANDED_BACK, Custody.DISPATCH)
    assert list_states(referral.id)[-1].actor_id == coordinator.id


def test_the_answer_of_a_revoked_dispatch_is_only_received(dispatch: Dispatch, receiver: Receiver) -> None:
    referral = going_back(dispatch)
    db.session.execute(update(DispatchClient).values(revoked_at=clock.now()))
    db.session.commit()
    receiver.answer_body = ACKNOWLEDGED
    deliver()

    assert stands(referral) == (State.HANDING_BACK, Custody.BOTH)


def test_the_answer_and_the_note_are_kept_together_or_not_at_all(
    dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = accepted(dispatch)
    message_id = message_of(referral, ACCEPTED_KIND).id
    db.session.rollback()

    def fail(*_: object, **__: object) -> None:
        raise LookupError

    with monkeypatch.context() as broken:
        broken.setattr(journey, "_open_case", fail)
        with pytest.raises(LookupError):
            outbox.deliver_next(Listener("confirmed"), clock.now(), settle)
        db.session.rollback()
    assert stands(referral) == (State.ACCEPT_PENDING, Custody.BOTH)
    assert message_now(message_id).sent_at is None

    db.session.rollback()
    outbox.deliver_next(Listener("confirmed"), clock.now() + outbox.LEASE, settle)
    assert stands(referral) == (State.ACCEPTED, Custody.OFFICE)
    assert message_now(message_id).sent_at is not None


def test_a_message_to_another_than_dispatch_settles_nothing(app: Flask, dispatch: Dispatch) -> None:
    referral = going_back(dispatch)
    journey.phone_dispatch(referral.id, clock.now())
    db.session.commit()
    for _ in range(2):
        outbox.deliver_next(Listener("confirmed"), clock.now(), settle)

    assert stands(referral) == (State.HANDING_BACK, Custody.BOTH)
    moved = select(AuditEntry.facts).where(AuditEntry.what == What.REFERRAL_MOVED)
    assert [facts["to"] for facts in db.session.scalars(moved)] == ["handing_back"]

"""A shelter, a library, a school: many honest people behind one address, and a flood beside them."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.attempts import FORGOTTEN_AT_ONCE, FailedAttempt
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit.trail import RESIDENT
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.inputs.actions import send_input
from app.inputs.models import Input, InputState
from app.inputs.queries import list_queue
from app.inputs.receipts import is_guess, new_form_id, words_of
from app.places.models import Area
from app.referrals.models import Referral, Source, State
from app.referrals.queries import BOARD_LIMIT, list_board
from app.triage.queries import latest_screening
from app.triage.rules import Decision
from tests.support.board import make_call
from tests.support.inputs import NOBODYS, count, filled, new_input, receipt_on
from tests.support.people import make_account
from tests.support.referrals import Dispatch

MANY = 200
ASKED = {
    "nature": "neighbor",
    "words": "We argue about the fence every weekend, and nobody sleeps.",
    "place": "Corner of Elm and 4th",
    "reach": "555-0142",
    "when": "",
    "language": "en",
    **dict.fromkeys(("weapons", "injuries", "threats", "couple", "children_at_risk"), "no"),
}


@pytest.mark.one_database
def test_two_hundred_at_one_address_all_get_a_receipt_and_all_are_read(
    public_client: Any, area: Area
) -> None:
    """In ten minutes. What comes beyond the limit stands behind the others in the same list."""
    receipts, start = set(), clock.now()
    for number in range(MANY):
        with clock.as_of(start + timedelta(seconds=3 * number)):
            page = public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=filled())
        receipts.add(receipt_on(page.text))

    assert len(receipts) == MANY
    staff, listed = actor_of(make_account(Role.OFFICE_STAFF)), []
    for number in range(1, MANY):
        listed += list_queue(staff, number).items
        if not list_queue(staff, number).has_next:
            break
    assert len(listed) == MANY
    assert {one.state for one in listed} == {InputState.RECEIVED, InputState.OVERFLOW}


@pytest.mark.one_database
def test_slips_of_the_pen_of_a_whole_shelter_shut_nobody_out(public_client: Any, area: Area) -> None:
    """A word that stands on no receipt guesses nothing, so it counts for nothing."""
    mine = " ".join(send_input(new_input(area), is_flood=False, actor=RESIDENT))
    wrong = [mine.replace(mine[-3:], "qqz"), mine.rpartition(" ")[0], "my four words please"]
    for number in range(60):
        assert public_client.post("/receipt", data={"words": wrong[number % 3]}).status_code == 422

    assert public_client.post("/receipt", data={"words": mine}).status_code == 200
    assert count(FailedAttempt) == 0


@pytest.mark.one_database
@pytest.mark.parametrize("language", ["en", "es", "fa"])
def test_words_of_any_list_of_ours_are_a_guess(language: str) -> None:
    assert is_guess(" ".join(words_of(language)[-4:]))
    assert is_guess(NOBODYS.upper())


@pytest.mark.one_database
def test_many_who_ask_at_one_address_are_all_kept_and_a_person_looks(public_client: Any) -> None:
    for _ in range(24):
        answer = public_client.post("/ask", data={**ASKED, "form_id": new_id()})
        assert "We have your request" in answer.text

    asked = db.session.scalars(select(Referral).order_by(Referral.received_at, Referral.id)).all()
    last = latest_screening(asked[-1].id)
    assert len(asked) == 24
    assert last is not None
    assert last.decision is Decision.REVIEW
    assert "too_many_at_once" in {reason["code"] for reason in last.reasons}
    assert [
        number
        for number, one in enumerate(asked)
        if "too_many_at_once" in str(getattr(latest_screening(one.id), "reasons", ""))
    ] == [20, 21, 22, 23]
    assert asked[-1].state is State.IN_REVIEW


def test_no_flood_of_requests_pushes_a_call_of_dispatch_off_the_board(app: Flask) -> None:
    for _ in range(BOARD_LIMIT + 5):
        make_call(State.IN_REVIEW, source=Source.RESIDENT, left=-3600)
    call = make_call(State.OFFERED, left=30)
    shown = list_board(actor_of(make_account(Role.COORDINATOR)), clock.now())

    assert call in shown
    assert len(shown) == BOARD_LIMIT
    due = [one.clock_due_at for one in shown if one.clock_due_at]
    assert due == sorted(due)


def test_a_flood_does_not_read_all_that_came_before_it(public_client: Any, area: Area) -> None:
    """Of the counters of yesterday a few are forgotten each time, however many there are."""
    old = clock.now() - timedelta(days=2)
    with clock.as_of(old):
        db.session.add_all(FailedAttempt(who="0" * 64, at=old) for _ in range(50))
    public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=filled())

    assert count(FailedAttempt) == 50 - FORGOTTEN_AT_ONCE + 1


def test_while_a_flood_comes_in_dispatch_is_answered(app: Flask, area: Area) -> None:
    """Each call within the two seconds that a centre waits, while four senders never pause."""
    dispatch, ended, new = Dispatch(app), threading.Event(), new_input(area)

    def flood() -> None:
        with app.app_context():
            while not ended.is_set():
                send_input(replace(new, form_id=new_form_id()), is_flood=True, actor=RESIDENT)
                db.session.commit()
                db.session.remove()

    senders = [threading.Thread(target=flood) for _ in range(4)]
    for one in senders:
        one.start()
    try:
        waits = []
        for _ in range(20):
            began = clock.now()
            assert dispatch.offer().status_code == 201
            waits.append((clock.now() - began).total_seconds())
    finally:
        ended.set()
        for one in senders:
            one.join()

    assert max(waits) < 2
    assert count(Input) >= 10, "there was no flood"

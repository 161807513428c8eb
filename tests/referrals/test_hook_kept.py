"""How long the hook remembers a message: thirty days at least, whatever else is forgotten by then."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import Referral, ReferralMessage
from tests.support.places import make_area
from tests.support.referrals import Dispatch, call, make_covering_team

LATE = timedelta(days=29, hours=23)


@pytest.fixture
def dispatch(app: Flask) -> Dispatch:
    """A dispatch that was registered before all this."""
    make_area()
    make_covering_team()
    with clock.as_of(clock.now() - 2 * LATE):
        return Dispatch(app)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("late", [timedelta(minutes=1), timedelta(minutes=6), timedelta(days=1), LATE])
def test_a_message_that_comes_again_gets_the_first_answer(dispatch: Dispatch, late: timedelta) -> None:
    body = call()
    with clock.as_of(clock.now() - late):
        first = dispatch.offer(body, message_id="msg_1")
    again = dispatch.offer(body, message_id="msg_1")

    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.headers["Idempotent-Replayed"], again.json) == ("true", first.json)
    assert count(Referral) == count(ReferralMessage) == 1


def test_an_id_of_last_month_is_not_used_for_another_message(dispatch: Dispatch) -> None:
    with clock.as_of(clock.now() - LATE):
        dispatch.offer(call(), message_id="msg_1")
    answer = dispatch.offer(call(), message_id="msg_1")

    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (422, "idempotency-key-reused")
    assert count(ReferralMessage) == 1


def test_a_later_message_of_last_month_gets_its_first_answer_too(dispatch: Dispatch) -> None:
    with clock.as_of(clock.now() - LATE):
        referral_id = dispatch.offer().json["id"]
        first = dispatch.tell(referral_id, "cancel", message_id="msg_2")
    again = dispatch.tell(referral_id, "cancel", message_id="msg_2")

    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"

"""What is not safe, or what nobody answers, goes back; and until dispatch has it, it is ours too."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from app.accounts.permissions import Role
from app.assignments.queries import current_for_referral
from app.delivery.timers import fire_next
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import Custody, State
from app.worker import TIMER_HANDLERS
from tests.support.city import City
from tests.support.referrals import SAFE_ANSWERS, referral_now

SOON = 8_000


def ring(after_seconds: float) -> None:
    """Every clock that is due by then rings."""
    while fire_next(TIMER_HANDLERS, clock.now() + timedelta(seconds=after_seconds)):
        pass


@pytest.mark.browser
def test_a_weapon_is_handed_back_at_once(city: City, page_as: Any) -> None:
    answer = city.offer(answers={**SAFE_ANSWERS, "weapons": "yes"})

    assert (answer.status, answer.body["state"], answer.body["custody"]) == (201, "handed_back", "dispatch")
    assert answer.body["reason"] == "weapons_yes"
    board = page_as(Role.COORDINATOR)
    board.goto("/board")
    expect(board.locator(f"#r-{answer.body['id']}")).to_contain_text("Returned", timeout=SOON)
    expect(board.locator(f"#r-{answer.body['id']} .owner__slot--dispatch.owner__slot--owns")).to_have_count(1)


def test_nobody_accepts_and_the_call_goes_back(city: City) -> None:
    live, later = city.offer(kind="live").body["id"], city.offer(kind="callback").body["id"]
    ring(39)
    assert referral_now(live).state is State.OFFERED
    ring(41)

    assert (referral_now(live).state, referral_now(live).reason) == (State.HANDED_BACK, "clock_ran_out")
    assert referral_now(live).custody is Custody.DISPATCH
    assert referral_now(later).state is State.OFFERED
    assert [one["type"] for one in city.callbacks()] == ["referral.handed_back"]


def test_a_yes_that_dispatch_does_not_confirm_stays_ours_until_it_has_the_call(
    city: City, client_as: Any
) -> None:
    referral_id = city.offer(kind="live").body["id"]
    client_as(Role.COORDINATOR).post(f"/board/{referral_id}/accept")
    assert referral_now(referral_id).custody is Custody.BOTH
    ring(16)

    assert (referral_now(referral_id).state, referral_now(referral_id).custody) == (
        State.HANDING_BACK,
        Custody.BOTH,
    )
    late = city.tell(referral_id, "confirm")
    assert (late.status, late.slug) == (409, "custody-expired")
    assert "referral.handing_back" in [one["type"] for one in city.callbacks()]
    assert city.tell(referral_id, "handback-ack").body["custody"] == "dispatch"


def test_danger_on_scene_keeps_our_duty_until_dispatch_acknowledges(city: City, client_as: Any) -> None:
    coordinator, responder = client_as(Role.COORDINATOR), client_as(city.responder)
    referral_id = city.offer().body["id"]
    coordinator.post(f"/board/{referral_id}/accept")
    city.tell(referral_id, "confirm")
    coordinator.post(f"/board/{referral_id}/send", data={"account_id": city.responder.id})
    page = responder.get("/today").text
    address = page[page.index("/assignments/") :].split('"')[0].rsplit("/", 1)[0]
    responder.post(f"{address}/not-safe", data={"reason": "danger_on_scene"})

    assert (referral_now(referral_id).state, referral_now(referral_id).custody) == (
        State.HANDING_BACK,
        Custody.BOTH,
    )
    assert address in responder.get("/today").text, "they wait at a distance, and are not stood down"
    city.receiver.answers.extend([503, 503])
    city.callbacks()
    assert referral_now(referral_id).state is State.HANDING_BACK
    assert [one.account_id for one in current_for_referral(referral_id)] == [city.responder.id]
    assert city.tell(referral_id, "handback-ack").body["state"] == "handed_back"
    db.session.rollback()
    assert current_for_referral(referral_id) == []
    assert "/assignments/" not in responder.get("/today").text


def test_a_killed_answer_is_asked_again_and_is_one_call(city: City) -> None:
    from tests.support.referrals import call

    body = call()
    first = city.dispatch.offer(body, message_id="msg_once")
    again = city.dispatch.offer(body, message_id="msg_once")

    assert (first.json, again.headers["Idempotent-Replayed"]) == (again.json, "true")

"""A call from dispatch becomes a case, people go, it is closed, and dispatch learns how it ended."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from app.accounts.permissions import Role
from app.foundation.db import db
from app.referrals.models import Custody, State
from tests.support.browser import check_axe
from tests.support.city import City
from tests.support.referrals import referral_now

pytestmark = [pytest.mark.browser, pytest.mark.guarded_rows]

SOON = 8_000


def test_a_call_becomes_a_case_and_is_closed(city: City, page_as: Any) -> None:
    board = page_as(Role.COORDINATOR)
    board.goto("/board")
    offered = city.offer().body
    strip = board.locator(f"#r-{offered['id']}")

    expect(strip).to_be_visible(timeout=SOON)
    check_axe(board)
    strip.get_by_role("button", name="Accept").click()
    expect(board.locator(f"#r-{offered['id']} .owner__slot--owns")).to_have_count(2, timeout=SOON)
    assert [one["type"] for one in city.callbacks()] == ["referral.accepted"]
    assert referral_now(offered["id"]).custody is Custody.BOTH

    assert city.tell(offered["id"], "confirm").body["custody"] == "office"
    board.goto(f"/board/{offered['id']}/send")
    board.get_by_text(city.responder.name).first.click()
    board.get_by_role("button", name=re.compile("^Send")).click()

    phone = page_as(city.responder, phone=True)
    phone.goto("/today")
    for words in ("Yes, I go", "I am on my way", "We are there", "We are talking", "We are clear"):
        phone.get_by_role("button", name=words).click()
    phone.get_by_text("We talked").click()
    phone.get_by_text("Calmer").click()
    phone.get_by_label("In your words").fill("Both agreed to talk about the fence.")
    phone.get_by_label("Not needed").check()
    phone.get_by_role("button", name="Keep this log").click()
    phone.get_by_role("link", name="Close the case").click()
    phone.get_by_text("It calmed down").click()
    phone.get_by_role("button", name="Close the case").click()
    expect(phone.get_by_text("No case is yours now")).to_be_visible()

    told = city.callbacks()[-1]
    assert (told["type"], told["data"]["disposition"]) == ("referral.closed", "calmed")
    assert "fence" not in str(told)
    assert referral_now(offered["id"]).state is State.CLOSED
    db.session.rollback()

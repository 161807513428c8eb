"""A new mediator: invited by one admin, confirmed by another, in by a passkey, out, and in after a loss."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.accounts.permissions import Role
from app.accounts.sign_in_models import Passkey
from app.foundation.db import db
from tests.support.browser import check_axe
from tests.support.passkeys import SoftKey

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
ANY_START = re.compile("/today|/start")


@pytest.fixture(autouse=True)
def at_this_address(set_settings: Any, live_url: str) -> None:
    """Passkeys are bound to the address that people reach us at."""
    set_settings(public_url=live_url)


def invite(page: Page) -> str:
    """An admin makes an account; returns the link that they hand over."""
    page.goto("/accounts/new")
    check_axe(page)
    page.get_by_role("textbox", name="Name").fill("Lea Romero")
    page.get_by_label("E-mail").fill("lea@bridges.example")
    page.get_by_label("Role", exact=True).select_option("mediator")
    page.get_by_role("button", name="Make the account").click()
    check_axe(page)
    return page.locator(".receipt bdi").inner_text()


def test_from_an_invitation_to_a_passkey_and_back_in(page_as: Any, public_page: Any, live_url: str) -> None:
    link = invite(page_as(Role.ADMIN))
    ben = page_as(Role.ADMIN)
    ben.goto("/accounts/waiting")
    check_axe(ben)
    ben.get_by_role("button", name=re.compile("Confirm.*Lea Romero")).click()
    expect(ben.get_by_text("Nothing waits.")).to_be_visible()

    phone = public_page(phone=True)
    key = SoftKey(phone)
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url + str(request.headers.get("referer"))))
    phone.goto(link)
    secret = link.rpartition("#")[2]
    expect(phone).to_have_url(f"{live_url}/invitation")
    check_axe(phone)
    phone.get_by_role("button", name="Begin").press("Enter")
    expect(phone.get_by_role("heading", name="How you sign in")).to_be_visible()
    check_axe(phone)
    phone.get_by_label("What do you call this device?").fill("my phone")
    phone.get_by_role("button", name="Make a passkey").press("Enter")
    expect(phone.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    check_axe(phone)
    codes = phone.locator("ol bdi").all_inner_texts()
    assert (len(codes), len(key.credentials())) == (10, 1)
    assert secret not in "".join(asked), "the secret is in no address and no referrer"

    phone.get_by_role("link", name="I have them").click()
    expect(phone).to_have_url(ANY_START)
    phone.goto("/account/devices")
    check_axe(phone)
    phone.get_by_role("button", name="Sign out here").click()
    expect(phone.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()

    phone.get_by_role("button", name="Sign in with a passkey").press("Enter")
    expect(phone).to_have_url(ANY_START)
    assert db.session.scalars(select(Passkey)).one().last_used_at is not None

    lost = public_page(phone=True)
    SoftKey(lost)
    show_code(lost, codes[0])
    expect(lost.get_by_role("heading", name="Your code fits. Now call your admin.")).to_be_visible()
    check_axe(lost)
    number = lost.locator("bdi.code").inner_text()
    ben.goto("/accounts/recoveries")
    check_axe(ben)
    ben.get_by_label("The number on their screen").fill(number)
    ben.get_by_role("button", name=re.compile("I spoke to them: it is them.*Lea Romero")).click()
    expect(ben.get_by_text("They have not gone on yet.")).to_be_visible()
    lost.get_by_role("link", name="Look again").click()
    check_axe(lost)
    lost.get_by_role("button", name="Go on").press("Enter")
    expect(lost.get_by_role("heading", name="How you sign in")).to_be_visible()
    lost.get_by_label("What do you call this device?").fill("my new phone")
    lost.get_by_role("button", name="Make a passkey").press("Enter")
    expect(lost.get_by_text("This passkey signs you in from now on.")).to_be_visible()

    phone.goto("/sign-in")
    phone.get_by_role("button", name="Sign in with a passkey").press("Enter")
    phone.get_by_role("link", name="Read it, and say whether that was you").click()
    expect(phone.get_by_text("Somebody signed in with a recovery code")).to_be_visible()
    check_axe(phone)
    phone.get_by_role("button", name="That was me, I have read it").click()
    expect(phone.get_by_text("new", exact=True)).to_have_count(0)

    lost.context.clear_cookies()
    show_code(lost, codes[0])
    expect(lost.get_by_text("or the code was used already").first).to_be_visible()


def show_code(page: Page, code: str) -> None:
    """Somebody who has lost their phone writes one of their recovery codes."""
    page.goto("/sign-in/recovery")
    check_axe(page)
    page.get_by_label("E-mail").fill("lea@bridges.example")
    page.get_by_label("Recovery code").fill(code)
    page.get_by_role("button", name="Use this code").press("Enter")

"""How an open page loses its sign-in, keeps it, and is left at once, in a real browser."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from app.accounts.permissions import Role
from app.accounts.session_rules import FRESH
from app.accounts.sign_in_models import SignInSession
from app.foundation import clock
from app.foundation.db import db
from tests.support.browser import check_axe
from tests.support.people import make_account
from tests.support.ways import HASH, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def press(page, name):
    page.get_by_role("button", name=name).first.click()


def test_a_sign_in_that_is_ended_elsewhere_leaves_the_open_board_within_seconds(page_as):
    account = make_account(Role.COORDINATOR)
    board, desk = page_as(account), page_as(account)
    board.goto("/board")
    desk.goto("/account/devices")

    press(desk, "Sign out all others")

    expect(board.get_by_role("heading", name="Sign in", exact=True)).to_be_visible(timeout=5000)


def test_a_minute_before_the_end_any_key_keeps_one_in(page_as):
    page = page_as(Role.COORDINATOR)
    page.goto("/account/devices")
    line = page.get_by_text("Still there?")
    expect(line).to_be_hidden()
    age(page, 14.5)
    expect(line).to_be_visible()
    check_axe(page)

    with page.expect_response("**/session/stay"):
        page.keyboard.press("Shift")

    expect(line).to_be_hidden()
    assert clock.now() - last_seen() < FRESH


def test_after_the_end_the_page_goes_but_not_from_under_typed_words(page_as):
    page = page_as(Role.ADMIN)
    page.goto("/accounts/new")
    page.get_by_role("textbox", name="Name").fill("Lea Romero")
    age(page, 15.1)
    expect(page.get_by_role("link", name="Sign in in another window")).to_be_visible()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Lea Romero")

    page.goto("/sign-in")
    page.goto("/who-can-see-what")
    other = page_as(Role.ADMIN)
    other.goto("/accounts")
    age(other, 15.1)
    expect(other.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def age(page, minutes):
    """Nothing was seen of anybody for this long, and the page comes into sight again."""
    values = {"last_seen_at": clock.now() - timedelta(minutes=minutes)}
    db.session.execute(update(SignInSession).where(SignInSession.ended_at.is_(None)).values(**values))
    db.session.commit()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def last_seen():
    db.session.rollback()
    return db.session.scalars(select(SignInSession.last_seen_at)).one()


@pytest.mark.parametrize("way", ["button", "keys"])
def test_leaving_is_one_press_and_back_shows_nothing(page_as, set_settings, live_url, way):
    set_settings(quick_exit_url=f"{live_url}/static/mark.svg")
    page = page_as(Role.MEDIATOR, phone=True)
    page.goto("/account/devices")
    page.goto("/today")
    check_axe(page)

    if way == "button":
        press(page, "Leave this page now")
    else:
        for _ in range(3):
            page.keyboard.press("Escape")

    expect(page).to_have_url(f"{live_url}/static/mark.svg")
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_resident_leaves_with_and_without_scripts(new_context, set_settings, live_url, has_scripts):
    set_settings(quick_exit_url=f"{live_url}/static/mark.svg")
    page = new_context(phone=True, language="fa", java_script_enabled=has_scripts).new_page()
    page.goto("/")
    page.locator("[data-leave]").click()
    expect(page).to_have_url(f"{live_url}/static/mark.svg")
    if has_scripts:
        page.goto("/")
        for _ in range(2):
            page.keyboard.press("Escape")
        expect(page).to_have_url(f"{live_url}/static/mark.svg")


def test_who_is_signed_in_leaves_without_scripts_too(page_as, set_settings, live_url, new_context):
    set_settings(quick_exit_url=f"{live_url}/static/mark.svg")
    cookies = page_as(Role.MEDIATOR).context.cookies()
    context = new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto("/today")

    press(page, "Leave this page now")

    expect(page).to_have_url(f"{live_url}/static/mark.svg")
    page.goto("/today")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_after_signing_out_the_browser_still_knows_the_device(new_context, set_settings):
    set_settings(is_demo=True)
    account = make_account(Role.MEDIATOR, password_hash=HASH)
    db.session.commit()
    page = new_context(phone=True).new_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    press(page, "Go on with a password")
    page.wait_for_url("**/today")
    page.goto("/account/devices")

    press(page, "Sign out here")

    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert "device" in {cookie["name"] for cookie in page.context.cookies()}
    page.goto("/account/devices")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()

"""The way of a responder at phone width: today, the steps, the log, the close; and the map."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.cases.contact_actions import plan_follow_up
from app.cases.rules import day_of
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import State
from tests.support.assignments import make_assignment
from tests.support.board import make_call
from tests.support.browser import check_axe
from tests.support.cases import make_agreement, make_case, make_party
from tests.support.places import make_area
from tests.support.roster import make_responder

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

WHOLE_PAGE = {"width": 390, "height": 4000}


def check_all(page: Page) -> None:
    """Axe over the whole page at phone width: nothing lies under the thumb bar."""
    size = page.viewport_size
    page.set_viewport_size(WHOLE_PAGE)
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size(size or WHOLE_PAGE)


@pytest.fixture
def keeper(app):
    return make_responder()


@pytest.fixture
def case(keeper):
    referral = make_call(State.ACCEPTED)
    case = make_case(referral_id=referral.id, area=make_area(lat=33.93, lon=-118.26))
    make_party(case, keeper)
    make_assignment(keeper, referral_id=referral.id, case_id=case.id)
    return case


def test_from_today_to_the_close(page_as, keeper, case):
    page = page_as(keeper, phone=True)
    page.goto("/today")
    for words in ("Yes, I go", "I am on my way", "We are there", "We are talking"):
        check_all(page)
        page.get_by_role("button", name=words).click()
    page.get_by_role("button", name="We are clear").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Log a contact")
    check_all(page)
    page.get_by_text("We talked").click()
    page.get_by_text("Calmer").click()
    page.get_by_label("In your words").fill("Quiet. The cousin of Maria came.")
    expect(page.get_by_role("status").get_by_text("“Maria” looks like a name")).to_be_visible()
    page.get_by_label("In your words").fill("Quiet now, both inside.")
    expect(page.get_by_text("looks like a name")).to_be_hidden()
    page.get_by_label("In 7 days").check()
    page.get_by_role("button", name="Keep this log").click()

    expect(page.get_by_text("Quiet now, both inside.")).to_be_visible()
    check_all(page)
    page.get_by_role("link", name="Close the case").click()
    expect(page.get_by_text("1 day to look again is planned")).to_be_visible()
    check_all(page)
    page.get_by_role("button", name="Close the case").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_text("It calmed down").click()
    page.get_by_role("button", name="Close the case").click()

    expect(page.get_by_text(f"{case.title} is closed.")).to_be_visible()
    expect(page.get_by_text("No case is yours now")).to_be_visible()
    check_all(page)


@pytest.mark.parametrize("dark", [False, True])
def test_every_part_of_a_case_can_be_used_by_everyone(page_as, keeper, case, dark):
    make_agreement(case, keeper, make_party(case, keeper), make_party(case, keeper))
    plan_follow_up(case, day_of(clock.now()), actor=actor_of(keeper))
    page = page_as(keeper, phone=True, dark=dark)
    for part in (
        "",
        "/people",
        "/contacts",
        "/agreement",
        "/looks",
        "/people/new",
        "/agreements/new",
        "/signs",
    ):
        page.goto(f"/cases/{case.id}{part}")
        check_all(page)
    page.goto(f"/cases/{case.id}/people")
    page.get_by_role("button", name="Show real names").click()
    expect(page.get_by_text("Quetzalina")).to_have_count(3)
    check_all(page)
    for path in ("/today", "/help", "/cases/"):
        page.goto(path)
        check_all(page)


def test_a_step_is_pressed_with_the_keyboard(page_as, keeper, case):
    page = page_as(keeper)
    page.goto("/today")
    page.get_by_role("button", name="Yes, I go").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="I am on my way")).to_be_visible()


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.COORDINATOR])
def test_the_map_draws_what_its_table_says(page_as, keeper, case, role):
    page = page_as(keeper if role is Role.MEDIATOR else role)
    page.goto("/maps/cases")
    page.locator("[data-drawn]").wait_for()
    check_axe(page)

    page.get_by_role("button", name=case.title).press("Enter")
    popup = page.locator(".leaflet-popup-content")
    expect(popup.get_by_role("link", name=case.title)).to_have_attribute("href", re.compile(case.id))


def test_words_on_the_map_are_words(page_as, keeper):
    area = make_area(
        "${document.title='run'}<img src=x onerror=document.title='run'>", lat=33.93, lon=-118.26
    )
    make_case(keeper=keeper, area=area)
    page = page_as(keeper)
    page.goto("/maps/cases")
    page.locator("[data-drawn]").wait_for()

    expect(page.locator(".map__label", has_text="<img src=x")).to_have_count(1)
    expect(page).to_have_title("Map · Common Ground")
    assert page.locator("img[src=x]").count() == 0


def test_without_scripts_the_table_is_there(new_context, client_as, keeper, case, live_url):
    client = client_as(keeper)
    db.session.commit()
    context = new_context(java_script_enabled=False)
    context.add_cookies([{"name": "session", "value": client.get_cookie("session").value, "url": live_url}])
    page = context.new_page()
    page.goto("/maps/cases")
    page.get_by_text("The same as a table").click()

    expect(page.get_by_role("rowheader", name=case.title)).to_be_visible()
    expect(page.get_by_text("The map needs scripts.")).to_be_visible()

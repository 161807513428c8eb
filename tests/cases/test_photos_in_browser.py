"""A picture from the phone of a mediator: added with the keyboard, seen, and taken away."""

import pytest
from playwright.sync_api import Page, expect

from app.foundation.db import db
from tests.support.browser import PHONE, check_axe
from tests.support.cases import make_case
from tests.support.photos import from_a_phone
from tests.support.roster import make_responder

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

PHOTO = {"name": "IMG_0417.jpg", "mimeType": "image/jpeg", "buffer": from_a_phone(size=(3000, 2000))}
NO_PICTURE = {"name": "IMG_0418.jpg", "mimeType": "image/jpeg", "buffer": b"<!doctype html><p>no picture"}


@pytest.fixture
def keeper(app):
    return make_responder()


@pytest.fixture
def case(keeper):
    return make_case(keeper=keeper)


def check(page: Page) -> None:
    """Axe over the whole page at phone width: nothing lies under the thumb bar."""
    page.set_viewport_size({"width": 390, "height": 4000})
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size(PHONE)


def press(page: Page, role: str, name: str) -> None:
    page.get_by_role(role, name=name).focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("dark", [False, True])
def test_a_picture_is_added_seen_and_taken_away_by_keyboard(page_as, keeper, case, dark):
    page = page_as(keeper, phone=True, dark=dark)
    page.goto(f"/cases/{case.id}/photos")
    expect(page.get_by_text("No pictures yet")).to_be_visible()
    check(page)
    press(page, "link", "Add a picture")
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a picture")
    check(page)

    page.get_by_label("Picture", exact=True).set_input_files(NO_PICTURE)
    page.get_by_label("Damage").focus()
    page.keyboard.press("Space")
    press(page, "button", "Keep this picture")
    expect(page.get_by_role("alert")).to_be_focused()
    check(page)
    page.get_by_label("Picture", exact=True).set_input_files(PHOTO)
    press(page, "button", "Keep this picture")

    picture = page.get_by_role("img", name="Damage, ")
    expect(picture).to_be_visible()
    expect(page.get_by_text("The picture is sealed")).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 2000
    check(page)

    press(page, "link", "Take it away")
    expect(page.get_by_role("heading", level=1)).to_have_text("Take a picture away")
    check(page)
    press(page, "button", "Take it away for good")
    expect(page.get_by_text("The picture is gone for good.")).to_be_visible()
    expect(page.get_by_role("img", name="Damage, ")).to_have_count(0)


def test_a_picture_is_added_without_scripts(new_context, client_as, keeper, case, live_url):
    client = client_as(keeper)
    db.session.commit()
    context = new_context(java_script_enabled=False)
    context.add_cookies([{"name": "session", "value": client.get_cookie("session").value, "url": live_url}])
    page = context.new_page()
    page.goto(f"/cases/{case.id}/photos/new")
    page.get_by_label("A paper").check()
    page.get_by_label("Picture", exact=True).set_input_files(PHOTO)
    page.get_by_role("button", name="Keep this picture").click()

    expect(page.get_by_role("img", name="A paper, ")).to_be_visible()

"""Night and day colors: the button offers the other of what one sees."""

import pytest
from playwright.sync_api import expect

from app.accounts.permissions import Role

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.mark.parametrize(
    ("dark", "first", "then"), [(False, "Night colors", "Day colors"), (True, "Day colors", "Night colors")]
)
def test_the_button_changes_what_one_sees(app, page_as, dark, first, then):
    page = page_as(Role.COORDINATOR, dark=dark)
    page.goto("/teams")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    expect(page.get_by_role("button", name=then)).to_have_count(0)

    page.get_by_role("button", name=first).click()

    expect(page.get_by_role("button", name=then)).to_be_visible()
    expect(page.get_by_role("button", name=first)).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_the_bar_stays_on_one_row_at_a_desk(app, page_as):
    page = page_as(Role.COORDINATOR)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/teams")

    assert page.locator(".bar").bounding_box()["height"] < 70

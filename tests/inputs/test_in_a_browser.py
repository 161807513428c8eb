"""Telling us something, as a resident does it: on a phone, in their language, with and without the map."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.accounts.permissions import Role
from app.inputs.models import InputState
from app.inputs.queries import open_place, open_words
from app.places.models import Area
from app.vault.access import Use
from tests.support.browser import PageAs, check_axe
from tests.support.inputs import WORDS, make_input, only_input

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
PublicPage = Callable[..., Page]


def fill(page: Page, words: str = WORDS) -> None:
    page.locator("input[name=kind][value=idea]").check()
    page.locator("textarea[name=words]").fill(words)
    page.locator("input[name=may_publish][value=yes]").check()


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("es", "ltr"), ("fa", "rtl")])
def test_a_resident_tells_us_and_comes_back_with_four_words(
    public_page: PublicPage, area: Area, language: str, direction: str
) -> None:
    page = public_page(phone=True, language=language)
    page.goto(f"/neighborhoods/{area.slug}/tell-us")
    assert page.locator("html").get_attribute("dir") == direction
    check_axe(page)
    fill(page)
    page.locator("input[name=place]").fill("Sherman Way / Reseda Blvd")
    page.locator("main button[type=submit]").click()

    words = page.locator(".receipt__words li")
    expect(words).to_have_count(4)
    receipt = words.all_inner_texts()
    check_axe(page)
    page.goto("/receipt")
    check_axe(page)
    page.locator("input[name=words]").fill("  ".join(receipt).upper())
    page.locator("main button[type=submit]").click()

    expect(page.locator("textarea[name=words]")).to_have_value(WORDS)
    check_axe(page)
    assert not any(word in page.url for word in receipt)


@pytest.mark.parametrize("language", ["es", "fa"])
def test_what_is_missing_is_said_on_top_and_at_the_field(
    public_page: PublicPage, area: Area, language: str
) -> None:
    page = public_page(phone=True, language=language)
    page.goto(f"/neighborhoods/{area.slug}/tell-us")
    page.locator("main button[type=submit]").click()

    expect(page.locator("[data-errors]")).to_be_focused()
    assert page.locator("[data-errors] li").count() == 4
    assert page.locator("[aria-invalid=true]").count() >= 2
    check_axe(page)
    page.locator("[data-errors] a").nth(1).press("Enter")
    expect(page.locator("textarea[name=words]")).to_be_focused()


def test_a_place_may_be_set_on_the_map(public_page: PublicPage, area: Area) -> None:
    page = public_page()
    page.goto(f"/neighborhoods/{area.slug}/tell-us")
    fill(page)
    box = page.locator("[data-pin] svg path").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    check_axe(page)
    page.locator("main button[type=submit]").click()
    expect(page.locator(".receipt__words li")).to_have_count(4)

    place = open_place(only_input(), Use.INTEGRITY)
    assert place.lat == pytest.approx(33.94, abs=0.002)
    assert place.lon == pytest.approx(-118.25, abs=0.002)


def test_a_point_outside_the_neighborhood_is_said_at_the_field(public_page: PublicPage, area: Area) -> None:
    page = public_page()
    page.goto(f"/neighborhoods/{area.slug}/tell-us")
    fill(page)
    page.locator("[data-pin] svg").click(position={"x": 3, "y": 3})
    page.locator("main button[type=submit]").click()

    expect(page.locator("#place-error")).to_be_visible()


def test_words_are_kept_on_the_phone_until_they_are_sent(public_page: PublicPage, area: Area) -> None:
    page = public_page(phone=True)
    page.goto(f"/neighborhoods/{area.slug}/tell-us")
    page.locator("textarea[name=words]").press_sequentially("The light is out")
    expect(page.locator(".kept").first).to_contain_text("16 of 2000")
    expect(page.locator(".kept").first).to_contain_text("Kept on this phone")
    page.reload()
    expect(page.locator("textarea[name=words]")).to_have_value("The light is out")
    fill(page, "The light is out at night")
    page.locator("input[name=no_place]").check()
    page.locator("main button[type=submit]").click()
    expect(page.locator(".receipt__words li")).to_have_count(4)
    page.goto(f"/neighborhoods/{area.slug}/tell-us")

    expect(page.locator("textarea[name=words]")).to_have_value("")


def test_pressing_twice_is_one_input(public_page: PublicPage, area: Area) -> None:
    page = public_page(phone=True)
    page.goto(f"/neighborhoods/{area.slug}/tell-us")
    fill(page)
    page.locator("input[name=no_place]").check()
    page.locator("main button[type=submit]").dblclick()
    expect(page.locator(".receipt__words li")).to_have_count(4)

    assert open_words(only_input(), Use.INTEGRITY) == WORDS


def test_staff_read_publish_and_answer(page_as: PageAs, area: Area) -> None:
    sent = make_input(area)
    page = page_as(Role.OFFICE_STAFF)
    page.goto("/inputs/")
    check_axe(page)
    page.locator("main table a").click()
    expect(page.locator("main")).to_contain_text(WORDS)
    check_axe(page)
    page.locator("textarea[name=published]").fill("The light at the corner is out.")
    page.locator("form[action$=publish] button").click()
    page.locator("input[name=answer_kind][value=done]").check()
    page.locator("textarea[name=answer_words]").fill("It is lit since Tuesday.")
    page.locator("form[action$=answer] button").click()

    expect(page.locator("[role=status]").first).to_be_visible()
    check_axe(page)
    assert sent.state is InputState.PUBLISHED
    assert [answer.words for answer in sent.answers] == ["It is lit since Tuesday."]

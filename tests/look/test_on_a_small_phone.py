"""A phone of 360 px: every tab is there to be seen, and nothing that one presses lies under another thing."""

import pytest
from playwright.sync_api import Page

from app.accounts.permissions import Role
from tests.support.whole import Whole, make_whole

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

SMALL = {"width": 360, "height": 640}
PARTS = ("", "/people", "/contacts", "/agreement", "/photos", "/looks")
OUTSIDE = """selector => [...document.querySelectorAll(selector)]
  .filter(one => one.getClientRects().length)
  .filter(one => {
    const box = one.getBoundingClientRect();
    return box.left < 0 || box.right > window.innerWidth + 0.5;
  })
  .map(one => one.textContent.trim())"""
UNDER = """([above, pressed]) => {
  const lid = document.querySelector(above).getBoundingClientRect();
  return pressed
    .filter(one => !one.closest(above) && one.checkVisibility()) // what a shut part holds is not there
    .filter(one => {
      const box = one.getBoundingClientRect();
      return box.right > lid.left && box.left < lid.right && box.bottom > lid.top && box.top < lid.bottom;
    })
    .map(one => one.outerHTML.slice(0, 90));
}"""
# Of a box for many words the line is in sight in which one writes.
FOCUSED = "one.focus(); return one.matches('textarea') ? [] : under([above, [one]]);"
CONTROLS = (
    "main a, main button, main input:not([type=hidden]), main select, main textarea, footer a, footer button"
)


@pytest.fixture
def whole(app) -> Whole:
    return make_whole()


def lies_under(page: Page, above: str, *, focused: bool) -> list[str]:
    """What one presses that lies under this: at the end of the page, or each as it has the focus."""
    if not focused:
        page.evaluate("window.scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'})")
    each = f"one => {{ {FOCUSED} }}" if focused else "one => under([above, [one]])"
    return page.evaluate(
        f"([above, controls]) => {{ const under = {UNDER};"
        f" return [...document.querySelectorAll(controls)].flatMap({each}); }}",
        [above, CONTROLS],
    )


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_part_of_a_case_stands_in_sight(page_as, whole, part, language):
    page = page_as(whole.people[Role.MEDIATOR], language=language)
    page.set_viewport_size(SMALL)
    page.goto(f"/cases/{whole.parts['case_id']}{part}")

    assert page.locator(".tabs a").count() == len(PARTS)
    assert page.locator(".tabs [aria-current]").count() == 1
    assert page.evaluate(OUTSIDE, ".tabs a") == []


@pytest.mark.parametrize("role", [Role.OFFICE_STAFF, Role.COORDINATOR, Role.PROVIDER_LEAD])
def test_each_page_of_the_bar_stands_in_sight(page_as, whole, role):
    page = page_as(whole.people[role], language="es")
    page.set_viewport_size(SMALL)
    page.goto("/services/")

    assert page.locator(".bar__nav a").count() > 3
    assert page.evaluate(OUTSIDE, ".bar__nav a") == []


@pytest.mark.parametrize(
    "path", ["/", "/ask", "/sign-in", "/sign-in/recovery", "/receipt", "/invitation", "{tell}"]
)
def test_the_way_out_lies_over_nothing_at_the_end_of_a_page_nor_over_what_has_the_focus(
    public_page, whole, path
):
    page = public_page(language="es")
    page.set_viewport_size(SMALL)
    page.goto(path.format(tell=f"/neighborhoods/{whole.parts['slug']}/tell-us"))

    assert page.locator(".leave--fixed").count() == 1
    assert page.locator(CONTROLS).count() > 3
    assert lies_under(page, ".leave--fixed", focused=False) == []
    assert lies_under(page, ".leave--fixed", focused=True) == []


@pytest.mark.parametrize("path", ["/today", "/cases/{case}/contacts/new", "/cases/{case}/photos/new"])
def test_the_bar_under_the_thumb_lies_over_nothing_at_the_end_of_a_page(page_as, whole, path):
    page = page_as(whole.people[Role.MEDIATOR])
    page.set_viewport_size(SMALL)
    page.goto(path.format(case=whole.parts["case_id"]))

    assert page.locator(".thumb").count() == 1
    assert lies_under(page, ".thumb", focused=False) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_report_is_no_wider_than_the_phone(page_as, whole, language):
    page = page_as(Role.ANALYST, language=language)
    page.set_viewport_size(SMALL)
    page.goto("/reports/")

    assert page.evaluate("document.documentElement.scrollWidth") == SMALL["width"]

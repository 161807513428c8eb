"""The kit shows every part of the look; it is for a demo, and it holds what the look promises."""

from dataclasses import replace

import pytest

from tests.support.browser import check_axe

pytestmark = pytest.mark.one_database  # the page reads nothing


@pytest.fixture
def demo(app, monkeypatch):
    """The same app, showing an invented city."""
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], is_demo=True))
    return app


def test_the_kit_is_shown_in_a_demo(demo, public_client):
    answer = public_client.get("/components")

    assert answer.status_code == 200
    assert "No owner. This must never be seen." in answer.text


def test_the_kit_is_not_shown_where_people_work(public_client):
    assert public_client.get("/components").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize("window", [{}, {"dark": True}, {"phone": True}, {"phone": True, "language": "fa"}])
def test_the_kit_has_no_barrier(demo, public_page, window):
    page = public_page(**window)
    page.goto("/components")

    check_axe(page)


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_nothing_of_the_kit_runs_over_the_edge(demo, public_page, width):
    page = public_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/components")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


HIDDEN_SLOTS = """() => [...document.querySelectorAll(".strip")].flatMap((strip) => {
  const clock = strip.querySelector(".clock").getBoundingClientRect();
  return [...strip.querySelectorAll(".owner__slot")].filter((slot) => {
    const box = slot.getBoundingClientRect();
    const isUnderClock = box.right > clock.left + 1 && box.bottom > clock.top + 1;
    return isUnderClock || slot.scrollWidth > slot.clientWidth + 1;
  });
}).length"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 360, 390, 440, 700])
def test_no_slot_of_a_strip_is_ever_cut_off(demo, public_page, width):
    page = public_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/components")

    assert page.evaluate(HIDDEN_SLOTS) == 0


@pytest.mark.browser
def test_a_clock_counts_down_and_errors_take_the_focus(demo, public_page):
    page = public_page()
    page.goto("/components")

    assert page.locator(".clock__left").nth(1).inner_text().startswith("1:")
    assert page.evaluate("document.activeElement.hasAttribute('data-errors')")


@pytest.mark.browser
def test_without_scripts_a_clock_shows_the_hour_of_its_deadline(demo, new_context):
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/components")

    assert page.locator(".clock__left").nth(1).inner_text().startswith("by ")

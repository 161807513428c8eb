"""The board as people use it: live without a reload, by single keys, on a phone, without a line."""

import re

import pytest
from playwright.sync_api import expect

from app.accounts.permissions import Role
from app.assignments.help import ask_for_help
from app.audit.trail import SYSTEM
from app.foundation.db import db
from app.referrals import actions as referrals
from app.referrals.models import State
from app.referrals.natures import Nature
from app.referrals.transitions import Event
from tests.support.board import actor_with, area_named, make_call, make_lane_team, make_responder_on_shift
from tests.support.browser import check_axe
from tests.support.referrals import referral_now

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

SOON = 8_000


def strip(page, call):
    return page.locator(f"#r-{call.id}")


@pytest.fixture
def a_full_board(app):
    """A call in every state, so that every part is drawn."""
    team = make_lane_team()
    make_responder_on_shift(team)
    area = area_named("Southeast")
    ask_for_help(None, actor=actor_with(Role.MEDIATOR))
    return [make_call(state, area_id=area.id, team_id=team.id, reason="declined") for state in State]


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (False, True), (True, False), (True, True)])
def test_the_board_has_no_finding_and_fits(a_full_board, page_as, phone, dark):
    make_call(State.OFFERED, left=25)
    page = page_as(Role.COORDINATOR, phone=phone, dark=dark)
    page.goto("/board")

    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("[data-strip] .owner__slot--owns").count() >= len(a_full_board)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_bar_is_one_row_on_a_desk(a_full_board, page_as, language):
    page = page_as(Role.COORDINATOR, language=language, name="Alejandra Villanueva")
    page.goto("/board")

    assert page.locator(".bar__in").bounding_box()["height"] < 60


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("state", [State.IN_REVIEW, State.OFFERED, State.ACCEPTED, State.HANDING_BACK])
def test_the_page_of_a_call_has_no_finding_and_fits(app, page_as, phone, state):
    team = make_lane_team()
    make_responder_on_shift(team)
    call = make_call(state, team_id=team.id, reason="danger_on_scene")
    page = page_as(Role.COORDINATOR, phone=phone)
    paths = {State.ACCEPTED: ["", "/send", "/return"], State.HANDING_BACK: ["", "/phone"]}
    for path in paths.get(state, ["", "/return"]):
        page.goto(f"/board/{call.id}{path}")
        check_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_new_call_appears_without_a_reload(app, page_as):
    page = page_as(Role.COORDINATOR)
    page.goto("/board")
    page.evaluate("window.stillHere = true")
    expect(page.locator(".empty")).to_be_visible()

    call = make_call(State.OFFERED, nature=Nature.NOISE)
    db.session.commit()

    expect(strip(page, call)).to_be_visible(timeout=SOON)
    expect(strip(page, call)).to_have_class(re.compile("strip--new"))
    expect(page.locator(".empty")).to_have_count(0)
    assert page.evaluate("window.stillHere")


def test_a_strip_moves_to_its_bay_when_somebody_else_acts(app, page_as):
    call = make_call(State.OFFERED)
    page = page_as(Role.COORDINATOR)
    page.goto("/board")
    expect(page.locator("#rack-waiting [data-strip]")).to_have_count(1)

    referrals.move(call, Event.GIVEN_BACK, actor=SYSTEM, reason="clock_ran_out")
    db.session.commit()

    expect(page.locator(f"#rack-back #r-{call.id}")).to_be_visible(timeout=SOON)
    expect(page.locator("#rack-waiting [data-strip]")).to_have_count(0)


def test_no_strip_moves_under_the_focus(app, page_as):
    first = make_call(State.OFFERED, left=600)
    page = page_as(Role.COORDINATOR)
    page.goto("/board")
    page.keyboard.press("j")
    expect(strip(page, first)).to_have_class(re.compile("strip--held"))

    nearer = make_call(State.OFFERED, left=300)
    db.session.commit()

    above = page.get_by_role("button", name="1 new above")
    expect(above).to_be_visible(timeout=SOON)
    expect(strip(page, nearer)).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('[data-strip]').id") == f"r-{first.id}"

    above.click()
    assert page.locator("[data-strip]").first.get_attribute("id") == f"r-{nearer.id}"


def test_keys_move_accept_and_return(app, page_as):
    make_call(State.OFFERED, left=300)
    second = make_call(State.OFFERED, left=600)
    page = page_as(Role.COORDINATOR)
    page.goto("/board")

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(strip(page, second)).to_have_class(re.compile("strip--held"))
    page.keyboard.press("a")
    expect(page.get_by_text("You accepted.")).to_be_visible()
    assert referral_now(second.id).state is State.ACCEPT_PENDING

    page.wait_for_load_state()  # the words of a page stand before its keys listen
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Return to dispatch")).to_be_visible()


def test_the_key_to_return_files_no_reason_that_nobody_chose(app, page_as):
    call = make_call(State.OFFERED)
    page = page_as(Role.COORDINATOR)
    page.goto(f"/board/{call.id}")
    expect(page.get_by_label("Why does it go back?")).to_have_value("")

    page.keyboard.press("r")

    reason = page.get_by_role("combobox", name="Why does it go back?")
    expect(reason).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#reason-error")).to_have_text("Choose why. Dispatch is told.")
    assert referral_now(call.id).state is State.OFFERED
    reason.select_option("no_team_free")
    page.get_by_role("button", name="Return to dispatch").click()
    expect(page.get_by_text("Given back.")).to_be_visible()
    assert referral_now(call.id).reason == "no_team_free"


def test_a_key_without_a_held_strip_presses_the_lapse_line_and_nothing_else(app, page_as):
    calm = make_call(State.OFFERED, left=600)
    lapsing = make_call(State.OFFERED, left=25)
    page = page_as(Role.COORDINATOR)
    page.goto("/board")

    page.keyboard.press("a")

    expect(page.get_by_text("You accepted.")).to_be_visible()
    assert referral_now(lapsing.id).state is State.ACCEPT_PENDING
    assert referral_now(calm.id).state is State.OFFERED


def test_single_keys_can_be_turned_off(app, page_as):
    call = make_call(State.OFFERED, left=25)
    page = page_as(Role.COORDINATOR)
    page.goto("/board")
    page.get_by_role("button", name="Turn single keys off").click()
    page.reload()

    page.keyboard.press("a")
    page.wait_for_timeout(300)

    assert referral_now(call.id).state is State.OFFERED
    expect(page.locator("kbd").first).to_be_hidden()


def test_a_call_that_begins_to_lapse_comes_to_the_top_by_itself(app, page_as):
    make_call(State.OFFERED, left=33)
    page = page_as(Role.COORDINATOR)
    page.goto("/board")
    expect(page.locator("#lapse .lapse")).to_have_count(0)

    expect(page.locator("#lapse .lapse")).to_be_visible(timeout=SOON)
    expect(page).to_have_title(re.compile("1 lapsing"))
    expect(page.locator(".strip--lapsing")).to_have_count(1)


def test_a_call_about_to_lapse_is_seen_on_other_pages_too(app, page_as):
    call = make_call(State.OFFERED, left=25)
    page = page_as(Role.COORDINATOR)
    page.goto("/teams")

    page.wait_for_selector("#lapse .lapse__left:not(:empty)", timeout=SOON)
    check_axe(page)
    with page.expect_response("**/board/pressing"):
        page.get_by_role("link", name="Open it").click()
    expect(page).to_have_url(re.compile(call.id))
    page.wait_for_timeout(300)
    expect(page.locator("#lapse .lapse")).to_have_count(0)


def test_a_lost_line_is_said_in_words_and_numbers_are_marked_old(app, page_as):
    make_call(State.OFFERED, left=600)
    page = page_as(Role.COORDINATOR)
    page.goto("/board")

    page.context.set_offline(True)
    expect(page.get_by_text("What you see is old.")).to_be_visible(timeout=2 * SOON)
    expect(page.locator(".clock__word").first).to_have_text("old")

    page.context.set_offline(False)
    expect(page.get_by_text("What you see is old.")).to_have_count(0, timeout=SOON)
    expect(page.locator(".clock__word").first).to_have_text("to answer")


def test_the_page_of_a_call_says_when_it_has_moved_on(app, page_as):
    call = make_call(State.IN_REVIEW)
    page = page_as(Role.COORDINATOR)
    page.goto(f"/board/{call.id}")

    referrals.move(call, Event.GIVEN_BACK, actor=SYSTEM)
    db.session.commit()

    expect(page.get_by_text("This call has moved on")).to_be_visible(timeout=SOON)


def test_the_board_works_without_scripts(app, new_context, client_as, live_url):
    call = make_call(State.OFFERED, left=25)
    client = client_as(Role.COORDINATOR)
    db.session.commit()
    context = new_context(java_script_enabled=False)
    context.add_cookies([{"name": "session", "value": client.get_cookie("session").value, "url": live_url}])
    page = context.new_page()
    page.goto("/board")

    strip(page, call).get_by_role("button", name="Accept").click()

    expect(page.get_by_text("You accepted.")).to_be_visible()
    assert referral_now(call.id).state is State.ACCEPT_PENDING


@pytest.mark.parametrize("phone", [False, True])
def test_trail_and_accounts_have_no_finding(a_full_board, page_as, phone):
    auditor, admin = page_as(Role.AUDITOR, phone=phone), page_as(Role.ADMIN, phone=phone)
    pages = [(auditor, "/trail"), (admin, "/accounts"), (admin, "/accounts/new")]
    for page, path in pages:
        page.goto(path)
        check_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

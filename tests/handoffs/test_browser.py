"""Service referrals, services and the report on desk and phone: axe-clean, nothing cut off, two taps."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.accounts.permissions import Role
from app.directory.models import CapacityState
from app.foundation import clock
from app.handoffs import actions
from app.handoffs.models import RefusalReason
from app.handoffs.rules import day_of
from tests.support.browser import check_axe
from tests.support.cases import make_party
from tests.support.directory import say_room
from tests.support.handoffs import World, make_world
from tests.support.photos import make_photo

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

SHOTS = os.environ.get("SHOTS")


def check(page: Page, name: str) -> None:
    """Axe, and nothing wider than the window; a picture when one is asked for."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if SHOTS:
        width = page.evaluate("window.innerWidth")
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


@pytest.fixture
def world(app) -> World:
    """One of each: refused, outcome come, draft, and one sent."""
    world = make_world()
    refused = world.sent(days=90)
    day = day_of(clock.now()) + timedelta(days=40)
    actions.refuse(refused, RefusalReason.NO_ROOM, actor=world.answerer, room_again_on=day)
    say_room(world.service, CapacityState.OPEN, 4, at=clock.now() - timedelta(days=2))
    world.draft()
    return world


@pytest.mark.parametrize("phone", [False, True])
def test_the_list_and_its_pages(page_as, world, phone):
    sent = world.sent_with(make_photo(world.case, world.keeper))
    page = page_as(world.keeper, phone=phone)
    for path, name in (
        ("", "handoffs"),
        ("?turn=partner", "handoffs-partner"),
        (f"/{sent.id}", "handoff"),
        (f"/{sent.id}/consent", "consent"),
        (f"/{sent.id}/shared", "shared"),
        (f"/{sent.id}/withdraw", "withdraw"),
    ):
        page.goto(f"/service-referrals{path}")
        check(page, name)
    page.goto(f"/cases/{world.case.id}/service-referrals/new")
    check(page, "handoff-new")


@pytest.mark.parametrize("phone", [False, True])
def test_a_partner_closes_the_loop_in_two_taps(page_as, world, phone):
    make_party(world.case, world.keeper)
    world.sent_with(make_photo(world.case, world.keeper))
    page = page_as(world.partner, phone=phone)
    page.goto("/service-referrals/inbox")
    check(page, "inbox")
    page.get_by_role("link", name=f"What {world.party.bird} agreed to share").click()
    check(page, "opened")
    picture = page.get_by_role("img", name="Damage, ")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 32
    page.goto("/service-referrals/inbox")

    page.get_by_role("button", name="Yes, we take it").click()
    page.get_by_role("button", name="Got help").click()

    expect(page.get_by_text("Nothing waits on you")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_services_and_the_report(page_as, world, phone):
    page = page_as(Role.OFFICE_STAFF, phone=phone)
    for path, name in (
        ("/services/", "services"),
        (f"/services/{world.service.id}", "service"),
        ("/reports/", "report"),
    ):
        page.goto(path)
        check(page, name)

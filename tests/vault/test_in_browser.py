"""Retention and holds as people use them: by keyboard and on a phone, without a fault for axe to find."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.accounts.permissions import Role
from app.foundation import clock
from tests.support.browser import PageAs, check_axe
from tests.support.retention import make_everything

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def test_two_people_put_a_hold_on_a_case(app: Flask, page_as: PageAs) -> None:
    case_id = make_everything(clock.now() - timedelta(days=10)).case.id
    ana, ben = page_as(Role.OFFICE_STAFF), page_as(Role.OFFICE_STAFF, phone=True, dark=True)
    ana.goto("/retention")
    expect(ana.get_by_role("status").first).to_contain_text("overdue")
    check_axe(ana)
    ana.get_by_role("link", name="Legal holds").click()
    check_axe(ana)
    ana.get_by_role("link", name="Propose a hold").click()
    _propose(ana, "everything")
    expect(ana.locator("main")).to_contain_text("exact records")
    check_axe(ana)
    _propose(ana, case_id)
    expect(ana.locator("main")).to_contain_text("Proposed: nothing is held yet")

    ben.goto("/retention/holds")
    check_axe(ben)
    ben.get_by_role("button", name="Confirm it").click()
    expect(ben.locator(".tag--due")).to_have_text("Held")
    check_axe(ben)


def _propose(page: Page, ids: str) -> None:
    page.locator("input[name=subject][value=case]").check()
    page.locator("textarea[name=ids]").fill(ids)
    page.locator("input[name=reason][value=subpoena]").check()
    page.locator("input[name=register_number]").fill("LR 2026-7")
    page.locator("input[name=ends_on]").fill((clock.now() + timedelta(days=60)).date().isoformat())
    page.locator("main button[type=submit]").click()


@pytest.mark.parametrize("language", ["en", "fa"])
def test_anybody_reads_on_a_phone_what_is_kept(
    app: Flask, public_page: Callable[..., Page], language: str
) -> None:
    page = public_page(phone=True, language=language)
    page.goto("/what-we-keep")
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

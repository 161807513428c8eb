"""The auditor's pages in a browser: read, judged with the keyboard, without a finding, on a phone too."""

from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from app.accounts.permissions import Role
from app.audit.catalogue import What
from app.audit.review_rules import week_before
from app.audit.trail import record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.office import LOS_ANGELES
from tests.support.browser import check_axe
from tests.support.tampering import READER, make_trail

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.mark.parametrize("phone", [False, True])
def test_an_auditor_judges_a_look_and_no_page_has_a_finding(app, page_as, phone):
    last = week_before(clock.now().astimezone(LOS_ANGELES).date())
    with clock.as_of(datetime.combine(last, time.min, LOS_ANGELES) + timedelta(days=1)):
        for part in ("people", "agreement"):
            record(What.CASE_LOOKED_AT, actor=READER, subject_type="case", subject_id="case-1", part=part)
    make_trail(None, 12)
    page = page_as(Role.AUDITOR, phone=phone)

    page.goto("/trail")
    check(page)
    page.get_by_role("link", name="Judge the weekly sample of looks").click()
    check(page)
    page.get_by_role("link", name="Mark").click()
    page.get_by_role("button", name="Keep the mark").click()
    expect(page.get_by_role("heading", name="Does this look fit the work?")).to_be_visible()
    check(page)
    page.get_by_label("Ask about it").press("Space")
    page.get_by_label("Why?").fill("At night, and nobody was on shift")
    page.get_by_role("button", name="Keep the mark").press("Enter")

    expect(page.get_by_text("At night, and nobody was on shift")).to_be_visible()
    expect(page.get_by_role("cell").get_by_text("Ask about it")).to_be_visible()
    check(page)
    db.session.rollback()


def check(page):
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

"""The public page "who can see what" is the whole table, and what opens words stands where one looks."""

from collections.abc import Callable
from html import unescape

import pytest
from flask_babel import force_locale
from playwright.sync_api import Page

from app.accounts.labels import GROUPS, PERMISSION_LABELS
from app.accounts.permissions import Permission
from app.vault import access
from tests.support.browser import check_axe

pytestmark = pytest.mark.one_database

NO_WORDS = {Permission.CASE_MAP}  # opens the middle of a block


def test_each_line_of_the_table_stands_once(app, public_client):
    shown = [permission for _, _, permissions in GROUPS for permission in permissions]
    page = unescape(public_client.get("/who-can-see-what").text)

    assert sorted(shown) == sorted(Permission)
    assert all(str(PERMISSION_LABELS[one]) in page for one in shown)


def test_residents_read_each_line_in_their_language(app):
    with app.test_request_context():
        in_english = {one: str(words) for one, words in PERMISSION_LABELS.items()}
        for language in ("es", "fa"):
            with force_locale(language):
                assert [
                    one for one, words in PERMISSION_LABELS.items() if str(words) == in_english[one]
                ] == []


def test_whatever_opens_words_stands_under_who_reads_what_you_said(app):
    first, _, said = GROUPS[0]
    opens = {permission for of_purpose in access.openings().values() for permission in of_purpose}

    assert first == "said"
    assert opens - NO_WORDS <= set(said)


@pytest.mark.browser
@pytest.mark.parametrize(("language", "phone"), [("en", True), ("es", False), ("fa", True)])
def test_anybody_reads_it_and_finds_their_part(
    app, public_page: Callable[..., Page], language: str, phone: bool
) -> None:
    page = public_page(phone=phone, language=language)
    page.goto("/who-can-see-what")

    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("main nav a").first.click()
    assert page.url.endswith("#said")

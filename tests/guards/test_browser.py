"""The browser's watch and axe see what they are there for."""

import pytest

from app.accounts.permissions import Role
from tests.support.browser import check_axe

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

SIGN_IN = "/sign-in"


def test_axe_sees_a_field_without_a_label(public_page):
    page = public_page()
    page.goto(SIGN_IN)
    check_axe(page)
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")

    with pytest.raises(AssertionError, match="label"):
        check_axe(page)


def test_a_request_to_another_host_is_seen(public_page, watch):
    page = public_page()
    page.goto(SIGN_IN)
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)")

    assert "127.0.0.1:9" in str(watch.problems)
    watch.problems.clear()


def test_a_refusal_by_the_policy_is_seen(public_page, watch):
    page = public_page()
    page.goto(SIGN_IN)
    page.evaluate("document.body.setAttribute('style', 'color: red'); document.body.offsetHeight")
    page.evaluate("document.body.innerHTML = '<p style=\"color: red\">red</p>'")
    page.screenshot()

    assert "refused by the policy" in str(watch.problems)
    watch.problems.clear()


def test_an_error_in_a_script_is_seen(public_page, watch):
    page = public_page()
    page.goto(SIGN_IN)
    page.evaluate("setTimeout(() => { throw new Error('broken') })")
    page.wait_for_timeout(100)

    assert "broken" in str(watch.problems)
    watch.problems.clear()


def test_a_signed_in_page_is_signed_in(page_as):
    page = page_as(Role.COORDINATOR)
    answer = page.goto("/")

    assert answer is not None
    assert SIGN_IN not in page.url

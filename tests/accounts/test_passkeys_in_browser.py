"""Passkeys that a real browser makes: what is refused, and what asks again."""

import json
import re
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from app.accounts.permissions import Role
from app.accounts.session_rules import FRESH
from app.accounts.sign_in_models import Passkey, PasskeyChallenge, SignInSession
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.db import db
from tests.support.browser import check_axe
from tests.support.passkeys import SoftKey
from tests.support.people import make_account
from tests.support.ways import HASH, code_of, give_app

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
FAILED = "This passkey did not work here."


@pytest.fixture(autouse=True)
def at_this_address(set_settings, live_url):
    set_settings(public_url=live_url)


def press(page, name):
    page.get_by_role("button", name=name).first.click()


@pytest.fixture
def person(page_as):
    """Somebody with a passkey in a key of their own: their page, and the key."""
    page = page_as(make_account(Role.ADMIN, email="ana@office.example"))
    key = SoftKey(page)
    page.goto("/account/ways/")
    page.get_by_label("What do you call this device?").fill("my desk")
    press(page, "Make a passkey")
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    return page, key


def without_verification(page):
    """Lets the browser ask the key for less than we asked."""

    def weaken(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=json.dumps({**answer.json(), "userVerification": "discouraged"}))

    page.route("**/options", weaken)


def to_sign_in(page):
    page.context.clear_cookies()
    page.goto("/sign-in")


def test_a_key_that_has_not_checked_the_person_is_refused(person):
    page, key = person
    key.verify(is_verifying=False)
    to_sign_in(page)
    press(page, "Sign in with a passkey")
    expect(page.get_by_text("No passkey was used.")).to_be_visible()
    check_axe(page)

    without_verification(page)
    press(page, "Sign in with a passkey")

    expect(page.get_by_text(FAILED)).to_be_visible()
    check_axe(page)
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.what == What.ACCOUNT_SIGN_IN_REFUSED)).one()
    page.goto("/accounts")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_a_copied_key_whose_counter_did_not_grow_is_refused(person, public_page):
    page, key = person
    [copied] = key.credentials()
    for _ in range(2):
        to_sign_in(page)
        press(page, "Sign in with a passkey")
        expect(page.get_by_role("heading", name="Accounts")).to_be_visible()
    thief = public_page()
    SoftKey(thief).take_over(copied, signCount=0)
    to_sign_in(thief)

    press(thief, "Sign in with a passkey")

    expect(thief.get_by_text(FAILED)).to_be_visible()


def test_what_was_signed_once_cannot_be_sent_again(person):
    page, _ = person
    to_sign_in(page)
    sent = []
    page.on("request", lambda one: sent.append(one.post_data) if one.url.endswith("/passkey") else None)
    press(page, "Sign in with a passkey")
    expect(page.get_by_role("heading", name="Accounts")).to_be_visible()
    assert db.session.scalars(select(PasskeyChallenge)).all() == []

    to_sign_in(page)
    page.evaluate(
        """credential => {
            const form = document.querySelector("[data-passkey]");
            form.elements.credential.value = credential;
            form.submit();
        }""",
        credential_in(sent[0]),
    )

    expect(page.get_by_text(FAILED)).to_be_visible()


def credential_in(body):
    return parse_qs(body)["credential"][0]


def test_a_question_holds_five_minutes(person, public_client, monkeypatch):
    page, _ = person
    begin = clock.now()
    public_client.post("/sign-in/passkey/options")
    held = db.session.scalars(select(PasskeyChallenge.expires_at)).one() - begin
    assert timedelta(minutes=5) <= held < timedelta(minutes=5, seconds=5)
    monkeypatch.setattr("app.accounts.passkeys.HOLDS", timedelta(0))
    to_sign_in(page)

    press(page, "Sign in with a passkey")

    expect(page.get_by_text(FAILED)).to_be_visible()


def test_a_passkey_for_another_address_is_worth_nothing(person, set_settings):
    page, _ = person
    to_sign_in(page)
    set_settings(public_url="http://localhost:1")

    press(page, "Sign in with a passkey")

    expect(page.get_by_text(FAILED)).to_be_visible()


@pytest.mark.parametrize(
    "credential",
    ["", "{}", "[]", "null", '{"id": 3}', '{"id": "AAAA", "response": {}}', "\u0000", "{" * 3000],
)
def test_what_is_no_passkey_is_refused_quietly(client_as, public_client, credential):
    public_client.post("/sign-in/passkey/options")
    answer = public_client.post("/sign-in/passkey", data={"credential": credential})

    assert (answer.status_code, FAILED in answer.text) == (400, True)
    own = client_as(Role.ADMIN)
    own.post("/account/ways/passkeys/options")
    answer = own.post("/account/ways/passkeys", data={"credential": credential, "name": "x"})
    assert answer.status_code in {400, 422}
    assert db.session.scalars(select(Passkey)).all() == []


def test_it_is_asked_whether_it_is_still_you_and_a_passkey_says_so(person):
    page, _ = person
    db.session.execute(update(SignInSession).values(verified_at=clock.now() - FRESH))
    page.goto("/accounts/new")
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    check_axe(page)

    page.get_by_role("button", name="Use my passkey").press("Enter")

    expect(page.get_by_role("heading", name="Add an account")).to_be_visible()


def test_a_passkey_that_is_removed_signs_nobody_in_and_the_last_one_stays(person):
    page, _ = person
    page.goto("/account/ways/")
    press(page, "Remove the passkey my desk")
    expect(page.get_by_text("This is your last way to sign in.")).to_be_visible()
    account = db.session.scalars(select(SignInSession)).first().account
    give_app(account)
    page.goto("/account/ways/")
    check_axe(page)
    press(page, "Remove the passkey my desk")
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    to_sign_in(page)

    press(page, "Sign in with a passkey")

    expect(page.get_by_text(FAILED)).to_be_visible()


def test_an_app_and_a_password_on_a_phone(public_page):
    account = make_account(Role.COORDINATOR, email="ben@office.example", password_hash=HASH)
    app = give_app(account)
    page = public_page(phone=True)
    page.goto("/board")
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_role("textbox", name="Password").fill("a long invented password")
    page.get_by_role("textbox", name="Password").press("Enter")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    check_axe(page)
    page.get_by_label("Code of your app").fill(code_of(app))
    page.get_by_label("Code of your app").press("Enter")
    expect(page).to_have_url(re.compile("/board"))

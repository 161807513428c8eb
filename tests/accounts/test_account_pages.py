"""The pages about signing in: words on buttons are their names, and what a limited sign-in finds."""

import re

import pytest

from app.accounts.permissions import Role
from app.accounts.recovery_actions import ask_admin
from app.accounts.session_actions import start_session
from app.accounts.session_rules import Way
from app.foundation.db import db
from app.foundation.http import MAX_FORM_BYTES
from tests.support.people import make_account
from tests.support.ways import give_passkey


@pytest.mark.parametrize(
    "path", ["/account/devices", "/accounts/waiting", "/accounts/recoveries", "/accounts", "/account/ways/"]
)
def test_the_name_of_a_button_holds_the_words_on_it(client_as, path):
    admin, other = make_account(Role.ADMIN), make_account(Role.MEDIATOR, name="Noor")
    start_session(admin, Way.PASSKEY, is_limited=False, device="Firefox on Android")
    give_passkey(admin)
    ask_admin(other, device="")
    client = client_as(admin)
    client.post(f"/accounts/{other.id}", data={"role": "coordinator"})

    buttons = re.findall(r"<button([^>]*)>(.*?)</button>", client.get(path).text, re.DOTALL)

    assert buttons
    for attributes, inside in buttons:
        named = re.search(r'aria-label="([^"]*)"', attributes)
        seen = re.sub(r"<[^>]+>", "", re.sub(r'<span class="sr">.*?</span>', "", inside)).strip()
        assert named is None or seen in named[1], (named[1], seen)


def test_an_error_leads_to_the_field_it_is_about(client_as):
    account = make_account(Role.MEDIATOR)
    page = client_as(Role.ADMIN).post(f"/accounts/{account.id}", data={"role": ""}).text

    assert 'href="#role"' in page
    assert re.search(r'<select[^>]*id="role"', page)
    assert page.count('id="role"') == 1


def test_a_device_is_named_in_the_language_of_the_page(client_as):
    account = make_account(Role.MEDIATOR)
    start_session(account, Way.PASSKEY, is_limited=False, device="Firefox on Android")
    db.session.commit()

    client = client_as(account)
    assert "Firefox on Android" in client.get("/account/devices").text
    client.get("/language/es")
    assert "Firefox en Android" in client.get("/account/devices").text


def test_who_only_sets_up_how_to_sign_in_finds_no_page_of_their_role(public_client):
    account = make_account(Role.COORDINATOR)
    public_client.keep(start_session(account, Way.INVITATION, is_limited=True, device=""))
    page = public_client.get("/account/ways/").text

    assert "/board" not in page
    assert "/cases" not in page


def test_who_only_sets_up_how_to_sign_in_sends_no_file(public_client):
    account = make_account(Role.MEDIATOR)
    public_client.keep(start_session(account, Way.INVITATION, is_limited=True, device=""))
    url = f"/cases/{'0' * 26}/photos/new"

    # As bytes: of a form the client would make a file on the disk, and leave it open.
    answer = public_client.post(
        url, data=b"x" * 2 * MAX_FORM_BYTES, content_type="multipart/form-data; boundary=b"
    )

    assert answer.status_code == 413

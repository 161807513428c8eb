"""What decides besides role and record: how, when and on which device somebody signed in, not where."""

from datetime import timedelta

import pytest

from app.accounts.attempts import ACCOUNT_LIMIT
from app.accounts.permissions import Role
from app.accounts.session_rules import FRESH, IDLE, LONGEST
from app.foundation import clock
from app.foundation.db import db
from tests.support.people import make_account
from tests.support.ways import HASH, PASSWORD, code_of, give_app

pytestmark = pytest.mark.one_database


def later(begin, after):
    return clock.as_of(begin + after)


def test_a_sign_in_begins_by_the_device_and_goes_on_by_the_time(client_as, public_client):
    """At the start: a device that the person has used is not shut out by who guesses elsewhere.
    While it lasts: five minutes for what could hurt others, fifteen without the person, twelve hours in all.
    """
    account = make_account(Role.ADMIN, email="ana@office.example")
    app = give_app(account)

    def sign_in(client):
        client.post("/sign-in", data={"email": account.email, "password": PASSWORD})
        return client.post("/sign-in/code", data={"code": code_of(app)}).status_code == 303

    begin = clock.now()
    with later(begin, timedelta(minutes=1)):
        assert sign_in(public_client)
    stranger = client_as(Role.ANALYST)
    with later(begin, timedelta(minutes=2)):
        stranger.post("/sign-out")
        for _ in range(ACCOUNT_LIMIT):
            stranger.post("/sign-in", data={"email": account.email, "password": "wrong"})
    with later(begin, timedelta(minutes=3)):
        refused = stranger.post("/sign-in", data={"email": account.email, "password": PASSWORD})
        assert refused.status_code == 429, "an unknown device waits"
        assert sign_in(public_client), "a known one does not"
        came = clock.now()

    with later(came, FRESH):
        assert public_client.get("/accounts/new").headers["Location"].startswith("/verify")
        assert public_client.get("/accounts").status_code == 200
    with later(came, FRESH + IDLE):
        assert public_client.get("/accounts").status_code in (302, 303, 401)
    assert LONGEST > IDLE > FRESH


def test_an_admins_page_stands_behind_several_layers_and_no_address_opens_it(client_as, public_client):
    """Who comes from our own machine (127.0.0.1, as all of these do) has to pass each of them too."""
    concerned = make_account(Role.ANALYST)
    act, words = f"/accounts/{concerned.id}", {"role": "auditor"}
    ana, begin = make_account(Role.ADMIN, email="ana@office.example", password_hash=HASH), clock.now()

    def stands_at():
        db.session.refresh(concerned)
        return concerned.role

    assert "/sign-in" in public_client.post(act, data=words).headers["Location"], "not signed in"
    assert client_as(Role.COORDINATOR).post(act, data=words).status_code in (403, 404), "another role"
    public_client.post("/sign-in", data={"email": ana.email, "password": PASSWORD})
    assert public_client.post(act, data=words).headers["Location"] == "/account/ways/", "one proof only"
    admin = client_as(ana)
    with later(begin, FRESH + timedelta(minutes=1)):
        assert admin.post(act, data=words).status_code == 403, "is it still you?"
    proposed = admin.post(act, data=words)
    assert (proposed.status_code, stands_at()) == (303, Role.ANALYST), "a second admin has to say yes"
    with later(begin, LONGEST):
        assert admin.get("/accounts").status_code in (302, 303, 401), "it has ended"

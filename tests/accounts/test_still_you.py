"""Whether it is still you: asked before what could hurt others, when five minutes have passed."""

from datetime import timedelta

import pytest

from app.accounts.permissions import Role
from app.foundation import clock
from app.foundation.db import db
from tests.support.people import make_account
from tests.support.ways import HASH, PASSWORD, code_of, give_app, give_passkey


def later(minutes, begin):
    return clock.as_of(begin + timedelta(minutes=minutes))


FRESH_PAGES = ["/accounts/new", "/account/ways/"]


@pytest.mark.parametrize("path", FRESH_PAGES)
def test_after_five_minutes_it_is_asked_whether_it_is_still_you_and_then_one_is_led_back(client_as, path):
    account = make_account(Role.ADMIN, password_hash=HASH)
    client, begin = client_as(account), clock.now()
    assert client.get(path).status_code == 200

    with later(5, begin):
        asked = client.get(path)
        assert asked.headers["Location"] == f"/verify?next={path}?"
        assert client.get(asked.headers["Location"]).status_code == 200
        assert client.post(asked.headers["Location"], data={"password": "wrong"}).status_code == 200
        assert client.get(path).status_code == 303
        answer = client.post(asked.headers["Location"], data={"password": PASSWORD})
        assert answer.headers["Location"] == path
        assert client.get(path).status_code == 200
    with later(11, begin):
        assert client.get(path).status_code == 303


def test_an_act_that_comes_too_late_is_not_done_and_words_are_not_lost(client_as):
    account, client, begin = make_account(Role.MEDIATOR), client_as(Role.ADMIN), clock.now()

    with later(6, begin):
        act = client.post(f"/accounts/{account.id}/close", headers={"Referer": "http://localhost/accounts"})
        words = client.post(f"/accounts/{account.id}", data={"role": "coordinator"})

    assert (act.status_code, act.headers["Location"]) == (303, "/verify?next=/accounts")
    assert (words.status_code, 'value="coordinator"' in words.text) == (403, True)
    db.session.refresh(account)
    assert account.is_active


def test_showing_that_it_is_you_is_guessed_five_times(client_as):
    account = make_account(Role.ADMIN, password_hash=HASH)
    client = client_as(account)

    answers = [client.post("/verify", data={"password": "wrong"}).status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]
    assert client.post("/verify", data={"password": PASSWORD}).status_code == 429


def test_a_code_of_the_app_and_the_password_show_together_that_it_is_you(client_as):
    account = make_account(Role.ADMIN)
    app, client, begin = give_app(account), client_as(account), clock.now()

    with later(6, begin):
        code = code_of(app)
        assert "Write both" in client.get("/verify").text
        for said in ({"code": code}, {"password": PASSWORD}, {"code": code, "password": "wrong"}):
            client.post("/verify", data=said)
            assert client.get("/accounts/new").status_code == 303, said
        client.post("/verify", data={"code": code, "password": PASSWORD})
        assert client.get("/accounts/new").status_code == 200


def test_who_has_a_passkey_is_not_asked_for_a_password_alone(client_as):
    account = make_account(Role.ADMIN, password_hash=HASH)
    give_passkey(account)
    client, begin = client_as(account), clock.now()

    with later(6, begin):
        page = client.get("/verify").text
        assert ("Use my passkey" in page, 'name="password"' in page) == (True, False)
        client.post("/verify", data={"password": PASSWORD})
        assert client.get("/accounts/new").status_code == 303


def test_in_an_invented_city_a_password_is_enough(client_as, set_settings):
    set_settings(is_demo=True)
    account = make_account(Role.ADMIN)
    give_app(account)
    client, begin = client_as(account), clock.now()

    with later(6, begin):
        client.post("/verify", data={"password": PASSWORD})
        assert client.get("/accounts/new").status_code == 200


def test_wrong_passkeys_are_counted_with_everything_else_that_is_shown(client_as):
    account = make_account(Role.ADMIN)
    give_passkey(account)
    client = client_as(account)

    answers = [client.post("/verify", data={"credential": "[" * 9_000}).status_code for _ in range(6)]

    assert answers == [400] * 5 + [429]
    assert client.post("/verify", data={"credential": "x" * 20_001}).status_code == 429


SECRET_DOORS = [
    ("/verify", {"password": "an invented secret"}),
    ("/account/ways/password", {"current": "an invented secret", "password": "an invented secret"}),
    ("/account/ways/app", {"code": "an invented secret", "password": "an invented secret"}),
    ("/account/ways/passkeys", {"credential": "an invented secret"}),
    (f"/accounts/recoveries/{'0' * 26}/confirm", {"number": "an invented secret"}),
]


@pytest.mark.parametrize(("path", "said"), SECRET_DOORS)
@pytest.mark.parametrize("minutes", [6, 20])
def test_no_page_holds_a_password_or_a_code_to_be_sent_again(client_as, path, said, minutes):
    client, begin = client_as(make_account(Role.ADMIN, password_hash=HASH)), clock.now()

    with later(minutes, begin):
        answer = client.post(path, data=said)

    assert "an invented secret" not in answer.text
    assert answer.status_code in ({302, 303} if minutes == 20 or path != "/verify" else {200})


def test_every_door_that_takes_a_password_or_a_code_of_a_person_says_so(app):
    """Whoever is signed in and asked for one of these is not met by a page that keeps it."""
    secret = {name for name, view in app.view_functions.items() if getattr(view, "is_secret", False)}

    assert {"accounts.sessions.verify", "accounts.passwords.change", "accounts.ways.app"} <= secret
    assert {"accounts.ways.add_passkey", "accounts.grants.confirm_recovered"} <= secret

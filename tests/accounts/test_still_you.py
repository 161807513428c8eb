"""Whether it is still you: asked before what could hurt others, when five minutes have passed."""

from datetime import timedelta

import pytest

from app.accounts.permissions import Role
from app.foundation import clock
from app.foundation.db import db
from tests.support.people import make_account
from tests.support.ways import HASH, PASSWORD, code_of, give_app


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


def test_a_code_of_the_app_shows_that_it_is_you(client_as):
    account = make_account(Role.ADMIN)
    app, client, begin = give_app(account), client_as(account), clock.now()

    with later(6, begin):
        client.post("/verify", data={"code": code_of(app)})
        assert client.get("/accounts/new").status_code == 200

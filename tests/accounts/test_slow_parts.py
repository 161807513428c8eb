"""While something is hashed, which is slow on purpose, nobody waits to write: no transaction is open."""

import pytest

from app.accounts import password_actions, recovery_codes, sign_in
from app.accounts.permissions import Role
from app.foundation import clock
from app.foundation.db import db, only_reads
from tests.support.people import make_account
from tests.support.ways import HASH, PASSWORD, begin_app, code_of, give_app, give_recovery_codes

EMAIL = "ana@office.example"
NEW = "lantern cobalt pretzel otter"


def is_open():
    return db.session.registry.has() and db.session().in_transaction()


@pytest.fixture
def hashed(monkeypatch):
    """Every slow part that ran, and whether a transaction was open meanwhile."""
    seen = []

    def watch(where, name):
        slow = getattr(where, name)

        def watched(*args, **kwargs):
            seen.append((name, is_open()))
            return slow(*args, **kwargs)

        monkeypatch.setattr(where, name, watched)

    for where, name in (
        (sign_in, "fits_password"),
        (sign_in, "slow_print"),
        (password_actions, "is_easy"),
        (password_actions, "hash_password"),
        (recovery_codes, "slow_print"),
    ):
        watch(where, name)
    return seen


def all_closed(hashed, *names):
    assert {name for name, _open in hashed} == set(names)
    assert not [name for name, was_open in hashed if was_open]


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_signing_in(public_client, client_as, hashed, password):
    make_account(Role.COORDINATOR, email=EMAIL, password_hash=HASH)
    client = client_as(Role.ANALYST)  # who is signed in already has been looked up at the door

    client.post("/sign-in", data={"email": EMAIL, "password": password})

    all_closed(hashed, "fits_password")


def test_a_recovery_code_before_and_after_a_password(public_client, hashed):
    ana = make_account(Role.COORDINATOR, email=EMAIL, password_hash=HASH)
    codes = give_recovery_codes(ana)
    hashed.clear()
    said = {"email": EMAIL, "code": codes[0], "password": PASSWORD}
    assert public_client.post("/sign-in/recovery", data=said).status_code == 303
    all_closed(hashed, "fits_password", "slow_print")

    public_client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert public_client.post("/sign-in/code", data={"code": codes[1]}).status_code == 303
    all_closed(hashed, "fits_password", "slow_print")


def test_what_a_person_shows_and_changes_while_signed_in(client_as, hashed):
    account = make_account(Role.COORDINATOR, email=EMAIL)
    app, client = give_app(account), client_as(account)

    client.post("/verify", data={"password": PASSWORD, "code": code_of(app)})
    all_closed(hashed, "fits_password")
    sent = {"current": PASSWORD, "password": NEW}
    assert client.post("/account/ways/password", data=sent).status_code == 303
    all_closed(hashed, "fits_password", "is_easy", "hash_password")
    assert client.post("/account/ways/recovery").status_code == 201
    all_closed(hashed, "fits_password", "is_easy", "hash_password", "slow_print")


def test_an_app_with_its_password_and_the_first_codes(client_as, hashed):
    client = client_as(Role.COORDINATOR)
    app, offer = begin_app(client)

    sent = {"code": code_of(app), "offer": offer, "password": NEW}
    assert client.post("/account/ways/app", data=sent).status_code == 201

    all_closed(hashed, "is_easy", "hash_password", "slow_print")


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/sign-in/recovery",
        "/invitation",
        "/verify",
        "/account/ways/app",
        "/account/ways/password",
    ],
)
def test_a_page_that_only_draws_takes_no_turn_to_write(client_as, monkeypatch, path):
    client, turns = client_as(make_account(Role.COORDINATOR, password_hash=HASH)), []
    monkeypatch.setattr("app.foundation.db._join_the_queue", lambda *_: turns.append(only_reads.get()))
    db.session.commit()

    with clock.as_of(clock.now()):
        assert client.get(path).status_code == 200

    assert turns == []

"""Tries are counted by whom they hurt: many at once, from many addresses, and beside the owner's own."""

from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.accounts import attempts, sign_in, step_views
from app.accounts.attempts import ACCOUNT_LIMIT, FailedAttempt, TooManyAttempts
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.sign_in import Origin, check_own_password, check_password, tries_within
from app.accounts.sign_in_models import PasskeyChallenge
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.db import db
from tests.inputs.test_at_once import at_once
from tests.support.people import make_account
from tests.support.ways import HASH, PASSWORD, code_of, give_app

EMAIL = "ana@office.example"
MANY = 9


def say_password(client, password=PASSWORD, **kwargs):
    return client.post("/sign-in", data={"email": EMAIL, "password": password}, **kwargs)


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def wrong_codes(client, times):
    say_password(client)
    return [client.post("/sign-in/code", data={"code": "000000"}).status_code for _ in range(times)]


def test_who_knows_the_password_shuts_nobody_out_on_their_own_device(public_client, client_as):
    account = make_account(Role.COORDINATOR, email=EMAIL)
    app, owner, thief = give_app(account), public_client, client_as(Role.ANALYST)
    say_password(owner)
    owner.post("/sign-in/code", data={"code": code_of(app)})
    assert wrong_codes(thief, ACCOUNT_LIMIT + 1)[-1] == 429

    changed = {"current": PASSWORD, "password": "lantern cobalt pretzel otter"}
    assert owner.post("/account/ways/password", data=changed).status_code == 303
    owner.post("/sign-out")
    say_password(owner, changed["password"])
    assert owner.post("/sign-in/code", data={"code": "000000"}).status_code == 200


def test_a_device_that_is_known_guesses_codes_five_times_too(public_client):
    account = make_account(Role.COORDINATOR, email=EMAIL)
    app = give_app(account)
    say_password(public_client)
    public_client.post("/sign-in/code", data={"code": code_of(app)})
    public_client.post("/sign-out")

    assert wrong_codes(public_client, ACCOUNT_LIMIT + 1) == [200] * ACCOUNT_LIMIT + [429]


def at_the_same_moment(monkeypatch, times):
    """Everybody has looked, and nobody has counted, when the slow part ends."""
    meet = Barrier(times, timeout=30)

    def slowly(_known, _password):
        meet.wait()
        return False

    monkeypatch.setattr(sign_in, "fits_password", slowly)


def test_of_many_passwords_tried_at_once_no_more_than_the_limit_are_heard(app, monkeypatch):
    make_account(Role.COORDINATOR, email=EMAIL, password_hash=HASH)
    at_the_same_moment(monkeypatch, MANY)
    now = clock.now()

    answers = at_once(
        app, *[lambda: check_password(EMAIL, "x", origin=Origin("192.0.2.1"), now=now) for _ in range(MANY)]
    )

    assert answers.count(TooManyAttempts) == MANY - ACCOUNT_LIMIT
    assert answers.count(None) == ACCOUNT_LIMIT


def test_of_many_tries_within_a_sign_in_no_more_than_the_limit_are_heard(app, monkeypatch):
    account_id = make_account(Role.COORDINATOR, password_hash=HASH).id
    at_the_same_moment(monkeypatch, MANY)
    now = clock.now()

    def act():
        own = db.session.get_one(Account, account_id)
        return check_own_password(own, "x", tries=tries_within("here"), now=now)

    answers = at_once(app, *[act for _ in range(MANY)])

    assert answers.count(TooManyAttempts) == MANY - ACCOUNT_LIMIT
    assert answers.count(False) == ACCOUNT_LIMIT


@pytest.mark.parametrize(
    ("path", "limit", "at"),
    [
        ("/sign-in/passkey", "ADDRESS_LIMIT", step_views),
        ("/sign-in/passkey/options", "QUESTION_LIMIT", step_views),
    ],
)
def test_passkeys_that_nobody_has_are_tried_so_often_from_one_address(
    public_client, monkeypatch, path, limit, at
):
    monkeypatch.setattr(at, limit, 3)

    def try_it(address="192.0.2.7"):
        environ = {"REMOTE_ADDR": address}
        return public_client.post(path, data={"credential": "{}"}, environ_overrides=environ).status_code

    answers = [try_it() for _ in range(3)]
    kept = [count(table) for table in (FailedAttempt, PasskeyChallenge, AuditEntry)]
    assert answers in ([400] * 3, [200] * 3)
    assert [try_it() for _ in range(4)] == [429] * 4
    assert [count(table) for table in (FailedAttempt, PasskeyChallenge, AuditEntry)] == kept
    assert try_it("192.0.2.8") == answers[0]


def test_a_household_is_one_address_of_ipv6(public_client, monkeypatch):
    monkeypatch.setattr(attempts, "ADDRESS_LIMIT", 3)

    def fail(number):
        sent = {"email": f"nobody{number}@office.example", "password": "x"}
        environ = {"REMOTE_ADDR": f"2001:db8:0:1::{number + 1}"}
        return public_client.post("/sign-in", data=sent, environ_overrides=environ).status_code

    assert [fail(number) for number in range(4)] == [200] * 3 + [429]

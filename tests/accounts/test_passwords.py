"""A person changes their own password by the one of now; what is easy to guess is refused at every door."""

import pytest
from sqlalchemy import select

from app.accounts.attempts import ACCOUNT_LIMIT
from app.accounts.permissions import Role
from app.accounts.sign_in import fits_password
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation.db import db
from tests.support.people import make_account
from tests.support.ways import HASH, PASSWORD, begin_app, code_of, give_app, give_recovery_codes

AT = "/account/ways/password"
NEW = "trombone salad river twelve"


def make_ana(**fields):
    values = {"name": "Ana Villanueva", "email": "ana.villanueva@bridges.example", "password_hash": HASH}
    return make_account(Role.COORDINATOR, **values | fields)


def is_in(client):
    return client.get("/board").status_code == 200


def has(account, password):
    db.session.refresh(account)
    return fits_password(account, password)


def test_a_password_is_changed_by_the_one_of_now_and_other_sign_ins_end(client_as):
    account = make_ana()
    desk, phone = client_as(account), client_as(account)
    assert 'autocomplete="current-password"' in desk.get(AT).text

    answer = desk.post(AT, data={"current": PASSWORD, "password": NEW})

    assert answer.headers["Location"] == "/account/ways/"
    assert has(account, NEW)
    assert not has(account, PASSWORD)
    assert (is_in(desk), is_in(phone)) == (True, False)
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.what == What.ACCOUNT_PASSWORD_CHANGED)
    ).one()
    assert (entry.subject_id, entry.actor_id) == (account.id, account.id)


def test_without_the_one_of_now_nothing_changes_and_guessing_is_slowed(client_as):
    account = make_ana()
    client = client_as(account)

    assert client.post(AT, data={"password": NEW}).status_code == 422
    answers = [
        client.post(AT, data={"current": f"wrong {n}", "password": NEW}).status_code
        for n in range(ACCOUNT_LIMIT + 1)
    ]

    assert answers == [422] * ACCOUNT_LIMIT + [429]
    assert client.post(AT, data={"current": PASSWORD, "password": NEW}).status_code == 429
    assert has(account, PASSWORD)


@pytest.mark.parametrize("easy", ["password1234", "commonground2026", "AnaVillanueva1!"])
def test_an_easy_password_is_refused_where_it_is_changed_and_where_it_is_first_set(client_as, easy):
    account = make_ana()
    client = client_as(account)

    answer = client.post(AT, data={"current": PASSWORD, "password": easy})
    assert answer.status_code == 422
    assert "too easy to guess" in answer.text
    assert easy not in answer.text
    assert has(account, PASSWORD)

    account.password_hash = None
    app, offer = begin_app(client)
    first = client.post("/account/ways/app", data={"offer": offer, "code": code_of(app), "password": easy})
    assert "too easy to guess" in first.text
    db.session.refresh(account)
    assert account.password_hash is None


def test_who_has_no_password_has_none_to_change(client_as):
    client = client_as(make_ana(password_hash=None))

    assert client.get(AT).headers["Location"] == "/account/ways/"
    assert "Change your password" not in client.get("/account/ways/").text


def test_who_has_forgotten_it_shows_a_recovery_code_and_the_app_and_signs_in_with_a_new_one(public_client):
    account = make_ana()
    app, codes = give_app(account), give_recovery_codes(account)
    said = {"email": account.email, "code": codes[0], "app_code": code_of(app)}
    assert public_client.post("/sign-in/recovery", data=said).headers["Location"] == "/account/ways/"
    assert 'name="current"' not in public_client.get(AT).text
    with public_client.session_transaction() as kept:
        secret = kept["sign_in"]

    answer = public_client.post(AT, data={"password": NEW})

    assert answer.headers["Location"] == "/sign-in"
    assert has(account, NEW)
    public_client.keep(secret)
    ways = public_client.get("/account/ways/").headers["Location"]
    assert ways.startswith("/sign-in"), "one proof was replaced, so both are asked for again"


def test_a_password_alone_changes_no_password(public_client):
    """Who has only guessed it must not lock its owner out."""
    account = make_ana()
    public_client.post("/sign-in", data={"email": account.email, "password": PASSWORD})

    assert public_client.post(AT, data={"password": NEW}).headers["Location"] == "/account/ways/"
    assert has(account, PASSWORD)

"""Signing in by a password alone, as in an invented city; the limits on guessing; how a sign-in ends."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.attempts import ACCOUNT_LIMIT, ADDRESS_LIMIT, WINDOW, FailedAttempt
from app.accounts.permissions import Role
from app.accounts.sign_in import hash_password
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.db import db
from app.navigation import FIRST_SCREENS
from tests.support.people import make_account

EMAIL = "ana@office.example"
PASSWORD = "a long invented password"
HASH = hash_password(PASSWORD)


@pytest.fixture(autouse=True)
def in_an_invented_city(set_settings):
    set_settings(is_demo=True)


def make_ana(role=Role.COORDINATOR, **fields):
    return make_account(role, email=EMAIL, password_hash=HASH, **fields)


def sign_in(client, email=EMAIL, password=PASSWORD, path="/sign-in", **kwargs):
    return client.post(path, data={"email": email, "password": password}, **kwargs)


def without_what_varies(page, email):
    """A page without the e-mail that was typed, its nonce and its forgery token."""
    return re.sub(r'(nonce|value)="[^"]*"', "", page.replace(email, ""))


def fail_often(client, count=ACCOUNT_LIMIT):
    for _ in range(count):
        sign_in(client, password="wrong")


def make_failures(client, count, **kwargs):
    """Failures of one address, each for another account."""
    for number in range(count):
        sign_in(client, email=f"guess.{number}@office.example", password="wrong", **kwargs)


def is_signed_in(client):
    return client.get("/start").headers["Location"] != "/sign-in?next=/start?"


def count_on_trail(what):
    return db.session.scalar(select(func.count()).where(AuditEntry.what == what))


@pytest.mark.parametrize("role", FIRST_SCREENS)
def test_the_right_password_leads_to_the_first_page_of_the_role(app, public_client, role):
    make_ana(role)

    answer = sign_in(public_client, email=EMAIL.upper())

    assert answer.headers["Location"] == "/start"
    with app.test_request_context():
        first = app.url_for(FIRST_SCREENS[role])
    assert public_client.get("/start").headers["Location"] == first
    assert public_client.get(first).status_code == 200
    assert count_on_trail(What.ACCOUNT_SIGNED_IN) == 1


def test_a_wrong_password_and_an_unknown_e_mail_are_answered_alike(public_client):
    make_ana()
    closed = make_account(Role.MEDIATOR, password_hash=HASH, is_active=False)
    tries = [(EMAIL, "wrong"), ("nobody@office.example", PASSWORD), (closed.email, PASSWORD)]

    answers = [sign_in(public_client, *one) for one in tries]

    assert {answer.status_code for answer in answers} == {200}
    assert all("E-mail and password do not fit together. Check both." in answer.text for answer in answers)
    assert (
        len(
            {
                without_what_varies(answer.text, email)
                for answer, (email, _) in zip(answers, tries, strict=True)
            }
        )
        == 1
    )
    assert not is_signed_in(public_client)
    assert count_on_trail(What.ACCOUNT_SIGN_IN_REFUSED) == 3


def test_a_guesser_of_one_account_waits_out_the_window_even_with_the_right_password(public_client):
    make_ana()
    begin = clock.now()
    fail_often(public_client, ACCOUNT_LIMIT - 1)
    assert sign_in(public_client, password="wrong").status_code != 429

    refused = sign_in(public_client)

    assert refused.status_code == 429
    assert "Too many tries." in refused.text
    assert sign_in(public_client, email=EMAIL.upper()).status_code == 429
    assert not is_signed_in(public_client)
    with clock.as_of(begin + WINDOW - timedelta(seconds=1)):
        assert sign_in(public_client).status_code == 429
    with clock.as_of(clock.now() + WINDOW):
        assert sign_in(public_client).status_code == 302


def test_an_account_nobody_has_is_limited_like_any_other(public_client):
    fail_often(public_client)

    assert sign_in(public_client).status_code == 429


def test_other_accounts_of_a_shared_address_are_let_in(public_client):
    other = make_account(Role.MEDIATOR, password_hash=HASH)
    fail_often(public_client)

    assert sign_in(public_client, email=other.email).status_code == 302


def test_an_address_that_guesses_at_many_accounts_is_refused_and_no_other(public_client, monkeypatch):
    monkeypatch.setattr("app.accounts.attempts.ADDRESS_LIMIT", 3)
    make_ana()
    make_failures(public_client, 3)

    assert sign_in(public_client).status_code == 429
    assert sign_in(public_client, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 302


def test_the_limit_of_an_address_leaves_room_for_a_shelter():
    assert ADDRESS_LIMIT >= 10 * ACCOUNT_LIMIT


def test_failures_are_kept_as_fingerprints_only_and_a_day(public_client):
    with clock.as_of(clock.now() - timedelta(days=1, minutes=1)):
        fail_often(public_client)
    sign_in(public_client, password="wrong")

    kept = list(db.session.scalars(select(FailedAttempt.who)))
    assert len(kept) == 3  # the account, the address, and that the address has tried this name
    assert all(len(who) == 64 and int(who, 16) for who in kept)


def test_signing_out_ends_the_session(public_client):
    make_ana()
    sign_in(public_client)

    answer = public_client.post("/sign-out")

    assert answer.headers["Location"] == "/sign-in"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"', "the device is known again next time"
    assert not is_signed_in(public_client)
    assert count_on_trail(What.ACCOUNT_SIGNED_OUT) == 1


def test_a_link_does_not_sign_anybody_out(client_as):
    client = client_as(Role.COORDINATOR)

    assert client.get("/sign-out").status_code == 405
    assert is_signed_in(client)


def test_signing_in_leads_back_to_the_page_that_was_asked_for(public_client):
    make_ana()
    asked = public_client.get("/cases/?state=open").headers["Location"]

    assert sign_in(public_client, path=asked).headers["Location"] == "/cases/?state=open"


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "///evil.example",
    ],
)
def test_signing_in_leads_to_nobody_elses_page(public_client, path):
    make_ana()

    answer = public_client.post(
        "/sign-in", query_string={"next": path}, data={"email": EMAIL, "password": PASSWORD}
    )

    assert answer.headers["Location"] == "/start"


def test_an_account_that_is_closed_is_out_at_its_next_request(public_client):
    ana = make_ana()
    sign_in(public_client)
    assert is_signed_in(public_client)

    ana.is_active = False

    assert not is_signed_in(public_client)


def test_sixty_people_behind_one_address_mistype_and_all_get_in(public_client, monkeypatch):
    """Everybody fails first, in any way people do; a guesser among them is stopped, and stops nobody else."""
    monkeypatch.setattr("app.accounts.sign_in.fits_password", lambda _account, typed: typed == PASSWORD)
    people = [make_account(Role.MEDIATOR, password_hash=HASH).email for _ in range(60)]
    for number, email in enumerate(people):
        sign_in(
            public_client, email=email.replace("office", "offise") if number % 3 == 0 else email, password="x"
        )
        sign_in(public_client, email=email, password=PASSWORD.upper())
    victim = make_account(Role.ADMIN, password_hash=HASH).email
    guesses = [sign_in(public_client, email=victim, password=f"guess {n}").status_code for n in range(8)]

    assert guesses == [200] * ACCOUNT_LIMIT + [429] * 3
    answers = [sign_in(public_client, email=email).status_code for email in people]
    assert answers == [302] * 60


def test_who_has_signed_in_on_a_device_is_not_shut_out_by_who_guesses_elsewhere(public_client, client_as):
    make_ana()
    sign_in(public_client)
    guesser = client_as(Role.MEDIATOR)
    fail_often(guesser, ACCOUNT_LIMIT + 1)
    assert sign_in(guesser).status_code == 429

    assert sign_in(public_client).status_code == 302
    fail_often(public_client)
    assert sign_in(public_client).status_code == 429, "guessing on that device counts for itself"


def test_a_device_of_somebody_else_counts_as_any(public_client, client_as):
    make_ana()
    own = make_account(Role.MEDIATOR, password_hash=HASH)
    sign_in(public_client, email=own.email)
    fail_often(client_as(Role.MEDIATOR))

    assert sign_in(public_client).status_code == 429
    assert sign_in(public_client, email=own.email).status_code == 302

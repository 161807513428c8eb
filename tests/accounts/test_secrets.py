"""What signs in is too random to be guessed, and a password too long to be tried out."""

import math

import pytest

from app.accounts.app_actions import offer_app
from app.accounts.passkeys import new_challenge
from app.accounts.permissions import Role
from app.accounts.session_actions import start_session
from app.accounts.session_rules import Way
from app.accounts.way_rules import _LETTERS, new_recovery_codes, plain_code
from app.foundation import clock
from app.foundation.db import db
from tests.support.people import make_account
from tests.support.ways import begin_app, code_of

pytestmark = pytest.mark.one_database

SEVERAL = 50
LETTERS_OF_SECRETS = 64
LETTERS_OF_BASE32 = 32


def bits(words, letters):
    """How random words are that are drawn from so many letters; they are all of one length."""
    [length] = {len(word) for word in words}
    return length * math.log2(letters)


def test_the_secret_of_a_sign_in_has_128_bits_and_is_another_one_each_time(app):
    account = make_account(Role.MEDIATOR)

    made = {start_session(account, Way.PASSKEY, is_limited=False, device="") for _ in range(SEVERAL)}

    assert len(made) == SEVERAL
    assert bits(made, LETTERS_OF_SECRETS) >= 128
    assert len({secret[0] for secret in made}) > 10, "drawn, not counted"


def test_a_question_to_a_passkey_has_128_bits_and_is_another_one_each_time(app):
    asked = {new_challenge(None, clock.now()).challenge for _ in range(SEVERAL)}

    assert len(asked) == SEVERAL
    assert all(len(one) * 8 >= 128 for one in asked)
    assert len({one[0] for one in asked}) > 10


def test_a_recovery_code_has_more_than_20_bits(app):
    codes = [plain_code(code) for _ in range(5) for code in new_recovery_codes()]

    assert len({*codes}) == len(codes)
    assert set("".join(codes)) <= set(_LETTERS)
    assert bits(codes, len(_LETTERS)) >= 48


def test_the_secret_of_an_app_has_128_bits_and_is_another_one_each_time(app):
    secrets = {offer_app(make_account(Role.MEDIATOR)).secret for _ in range(10)}

    assert len(secrets) == 10
    assert bits(secrets, LETTERS_OF_BASE32) >= 128


@pytest.mark.parametrize(
    ("letters", "is_taken"), [(8, False), (11, False), (12, True), (200, True), (201, False)]
)
def test_a_password_is_as_long_as_we_say(client_as, letters, is_taken):
    account = make_account(Role.COORDINATOR)
    client = client_as(account)
    shown, offer = begin_app(client)
    password = "".join(chr(33 + 37 * at % 90) for at in range(letters))  # hard to guess, whatever its length

    client.post("/account/ways/app", data={"offer": offer, "code": code_of(shown), "password": password})

    db.session.refresh(account)
    assert (account.password_hash is not None) is is_taken

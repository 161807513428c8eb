"""Ways to sign in: which are enough, and which codes fit when."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from app.accounts.way_rules import can_sign_in, is_app_code, new_recovery_codes, plain_code, step_of

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 11, 29, 22, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


@pytest.mark.parametrize(
    ("passkeys", "codes", "password", "enough"),
    [
        (1, False, False, True),
        (0, True, True, True),
        (0, True, False, False),
        (0, False, True, False),
        (0, False, False, False),
    ],
)
def test_a_passkey_is_enough_and_else_both_an_app_and_a_password(passkeys, codes, password, enough):
    assert can_sign_in(passkey_count=passkeys, has_app=codes, has_password=password) is enough


@pytest.mark.parametrize(
    ("steps_away", "last_step", "taken"),
    [
        (0, 0, STEP),
        (-1, 0, STEP - 1),
        (1, 0, STEP + 1),
        (-2, 0, None),
        (2, 0, None),
        (0, STEP, None),
        (-1, STEP, None),
        (1, STEP, STEP + 1),
        (0, STEP - 1, STEP),
    ],
)
def test_a_code_fits_a_step_before_and_after_and_never_twice(steps_away, last_step, taken):
    code = pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=30 * steps_away))

    assert step_of(SECRET, code, last_step=last_step, now=NOW) == taken


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "000000"])
def test_what_is_no_code_fits_no_step(code):
    assert step_of(SECRET, code, last_step=0, now=NOW) is None


def test_recovery_codes_are_ten_and_can_be_read_out():
    codes = new_recovery_codes()

    assert len({*codes}) == 10
    assert all(len(code) == 11 and not set("ilo01") & set(code) for code in codes)


@pytest.mark.parametrize("typed", ["abcde-fghjk", " ABCDE FGHJK ", "abcde\u2013fghjk", "a b c d e f g h j k"])
def test_a_code_may_be_typed_as_people_type(typed):
    assert plain_code(typed) == "abcdefghjk"


@pytest.mark.parametrize(
    ("typed", "is_one"), [("123 456", True), ("123456", True), ("abcde-fghjk", False), ("1", False)]
)
def test_six_digits_are_a_code_of_an_app(typed, is_one):
    assert is_app_code(typed) is is_one

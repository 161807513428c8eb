"""Ways to sign in: which are enough together, which codes fit, and how a code is written. Pure."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

import pyotp
from flask_babel import lazy_gettext as _l

from app.foundation.errors import DomainError

STEP_SECONDS = 30
STEPS_BESIDE = 1
"""A code of the step before or after fits too: clocks of phones differ, and people type slowly."""
RECOVERY_COUNT = 10
PASSWORD_LEAST = 12
_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"  # without what is easily misread
_HALF = 5


class LastWay(DomainError):
    """The way that is left stays until there is another."""

    def __init__(self) -> None:
        super().__init__(_l("This is your last way to sign in. Add another one first."))


def can_sign_in(*, passkey_count: int, has_app: bool, has_password: bool) -> bool:
    """Whether these ways are enough: a passkey, or a password together with codes of an app."""
    return passkey_count > 0 or (has_app and has_password)


@dataclass(frozen=True)
class StillYou:
    """By what a person who is signed in shows again that it is them."""

    passkey: bool
    code: bool
    password: bool

    @property
    def is_both(self) -> bool:
        """Whether password and code are asked for together."""
        return self.code and self.password


def still_you(*, has_passkey: bool, has_app: bool, has_password: bool, is_demo: bool) -> StillYou:
    """A passkey, or password and code together: one factor alone only where a person has no more.

    Somebody who knows a password and finds a phone that lies open changes nothing by that. People of an
    invented city have a password alone, and it is enough.
    """
    if is_demo and has_password:
        return StillYou(has_passkey, code=False, password=True)
    has_both = has_app and has_password
    is_alone = not has_passkey
    return StillYou(
        has_passkey, code=has_both or (is_alone and has_app), password=has_both or (is_alone and has_password)
    )


def step_of(secret: str, code: str, *, last_step: int, now: datetime) -> int | None:
    """The time step whose code this is, later than the last one taken; None when it fits none."""
    generator, current = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    for step in range(current - STEPS_BESIDE, current + STEPS_BESIDE + 1):
        if step > last_step and compare_digest(generator.generate_otp(step), code):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes of 49 random bits each, in two halves that can be read out."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(_HALF)) for _ in range(2))
        for _ in range(RECOVERY_COUNT)
    ]


def plain_code(typed: str) -> str:
    """A code without what people put between its letters, in small letters."""
    return "".join(letter for letter in typed.lower() if letter.isascii() and letter.isalnum())


def is_app_code(typed: str) -> bool:
    """Whether this is written as an app writes its codes: six digits."""
    plain = plain_code(typed)
    return len(plain) == 6 and plain.isdigit()


def app_address(secret: str, email: str) -> str:
    """What an app reads from the picture: whose codes these are, and their secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Common Ground")

"""Ways to sign in: which are enough together, which codes fit, and how a code is written. Pure."""

import secrets
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

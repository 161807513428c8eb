"""What a key may ask because of what it was made for."""

import pytest

from app.accounts.purposes import Asked, Purpose, allows


@pytest.mark.parametrize(
    ("purpose", "asked", "may"),
    [
        (Purpose.DISPATCH, Asked.LOOK, True),
        (Purpose.DISPATCH, Asked.TELL, True),
        (Purpose.MONITORING, Asked.LOOK, True),
        (Purpose.MONITORING, Asked.TELL, False),
    ],
)
def test_a_key_may_ask_what_it_was_made_for(purpose: Purpose, asked: Asked, may: bool) -> None:
    assert allows(purpose, asked) is may


def test_every_purpose_and_everything_asked_is_decided_above() -> None:
    assert (len(Purpose), len(Asked)) == (2, 2)


def test_what_has_no_purpose_that_we_know_may_nothing() -> None:
    assert not any(allows("police", asked) for asked in Asked)  # type: ignore[arg-type]  # it is no purpose

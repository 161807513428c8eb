"""The centre's button: grey after half a minute without a healthy office, and not before."""

import pytest

from app.demo.button import Button

TABLE = [
    ([(200, 0), (503, 10), (503, 29)], False),
    ([(200, 0), (503, 10), (503, 30)], True),
    ([(200, 0), (None, 10), (None, 20), (None, 31)], True),
    ([(200, 0), (503, 10), (200, 20), (503, 40)], False),
    ([(503, 40), (200, 50)], False),
    ([(404, 100)], False),
    ([(405, 100)], False),
    ([(500, 31)], True),
]


@pytest.mark.parametrize(("pings", "is_grey"), TABLE)
def test_the_button_turns_grey_when_the_office_is_not_well_for_so_long(pings, is_grey):
    button = Button(30.0, good_at=0.0)
    for status, now in pings:
        button.heard(status, float(now))

    assert button.is_grey is is_grey


def test_a_turn_is_said_once():
    button = Button(30.0, good_at=0.0)
    said = [button.heard(status, now) for status, now in ((503, 31.0), (503, 41.0), (200, 51.0), (200, 61.0))]

    assert [bool(words) for words in said] == [True, False, True, False]


def test_an_office_without_such_a_page_is_not_asked_again():
    button = Button(30.0, good_at=0.0)

    assert button.heard(404, 1.0)
    assert button.is_asked is False

"""How long a sign-in holds, what is limited, and when a person is asked again."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.device_words import device_words
from app.accounts.session_rules import End, Way, end_of, is_fresh, is_limited, is_worth_noting, seconds_left

NOW = datetime(2026, 11, 29, 22, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("made", "seen", "limited", "ended"),
    [
        (timedelta(0), timedelta(0), False, None),
        (timedelta(hours=1), timedelta(minutes=15) - SECOND, False, None),
        (timedelta(hours=1), timedelta(minutes=15), False, End.IDLE),
        (timedelta(hours=12) - SECOND, timedelta(0), False, None),
        (timedelta(hours=12), timedelta(0), False, End.TOO_LONG),
        (timedelta(hours=13), timedelta(hours=1), False, End.TOO_LONG),
        (timedelta(minutes=30) - SECOND, timedelta(0), True, None),
        (timedelta(minutes=30), timedelta(0), True, End.TOO_LONG),
        (timedelta(minutes=20), timedelta(minutes=15), True, End.IDLE),
    ],
)
def test_a_sign_in_ends_by_itself(made, seen, limited, ended):
    times = {"made_at": NOW - made, "last_seen_at": NOW - seen, "is_limited": limited, "now": NOW}

    assert end_of(**times) is ended
    assert (seconds_left(**times) == 0) is (ended is not None)


@pytest.mark.parametrize(
    ("made", "seen", "left"),
    [
        (timedelta(0), timedelta(0), 900),
        (timedelta(hours=1), timedelta(minutes=14), 60),
        (timedelta(hours=12) - 30 * SECOND, timedelta(0), 30),
    ],
)
def test_what_is_left_is_the_nearer_of_both_ends(made, seen, left):
    assert seconds_left(made_at=NOW - made, last_seen_at=NOW - seen, is_limited=False, now=NOW) == left


@pytest.mark.parametrize(
    ("way", "in_a_demo", "in_an_office"),
    [
        (Way.PASSKEY, False, False),
        (Way.TOTP, False, False),
        (Way.PASSWORD, False, True),
        (Way.RECOVERY, True, True),
        (Way.INVITATION, True, True),
    ],
)
def test_only_what_is_two_factors_opens_more_than_the_set_up_pages(way, in_a_demo, in_an_office):
    assert is_limited(way, is_demo=True) is in_a_demo
    assert is_limited(way, is_demo=False) is in_an_office


@pytest.mark.parametrize(
    ("ago", "limited", "fresh"),
    [
        (timedelta(0), False, True),
        (timedelta(minutes=5) - SECOND, False, True),
        (timedelta(minutes=5), False, False),
        (None, False, False),
        (None, True, True),
    ],
)
def test_a_person_has_shown_that_it_is_them_for_five_minutes(ago, limited, fresh):
    assert is_fresh(None if ago is None else NOW - ago, is_limited=limited, now=NOW) is fresh


@pytest.mark.parametrize(("ago", "is_written"), [(59, False), (60, True)])
def test_a_sign_of_the_person_is_written_once_a_minute(ago, is_written):
    assert is_worth_noting(NOW - ago * SECOND, NOW) is is_written


ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{ANDROID} Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"{IPHONE} Version/18.0 Mobile Safari/604.1", "Safari on iPhone"),
        (f"{IPHONE} CriOS/140.0 Mobile Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:143.0) Firefox/143.0", "Firefox on Mac"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/140.0 Safari/537.36", "Chrome on ChromeOS"),
        ("curl/8.0 <b>my name and street</b>", ""),
        ("", ""),
    ],
)
def test_a_device_has_a_few_coarse_words_and_none_of_its_own(agent, words):
    assert device_words(agent) == words

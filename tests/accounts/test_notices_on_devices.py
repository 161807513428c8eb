"""What somebody read on one device is new on every other: a thief clears nothing for the owner."""

from datetime import timedelta

from app.accounts.notice_actions import MOST_DEEDS, mark_read, tell
from app.accounts.notice_models import NoticeKind, ReadMark
from app.accounts.permissions import Role
from app.accounts.session_actions import start_session
from app.accounts.session_queries import find_session
from app.accounts.session_rules import IDLE, Way
from app.foundation import clock
from tests.accounts.test_notices import AT, is_told, kinds, make_ana, read_it, sign_in
from tests.support.people import make_account


def test_a_thief_who_signs_in_twice_clears_nothing_for_the_owner(public_client, client_as):
    account, app = make_ana()
    owner, thief = client_as(account), public_client
    sign_in(thief, app)
    thief.post("/account/ways/recovery")
    thief.post("/sign-out")
    sign_in(thief, app, minutes=1)
    read_it(thief)

    assert is_told(owner)
    page = owner.get(AT).text
    assert "New recovery codes were made" in page
    assert "marked as read elsewhere" in page


def test_what_was_read_on_a_device_is_read_there_and_stays_so(public_client, client_as):
    account, app = make_ana()
    client_as(account).post("/account/ways/recovery")
    sign_in(public_client, app)
    assert is_told(public_client)

    read_it(public_client)

    assert not is_told(public_client)
    public_client.post("/sign-out")
    sign_in(public_client, app, minutes=1)
    assert "New recovery codes were made" in public_client.get(AT).text
    assert public_client.get(AT).text.count('class="tag tag--due"') == 1, "only that it signed in here"


def test_reading_makes_no_device_known(public_client, client_as):
    """A stolen secret of a sign-in reads, and its next sign-in is told as one on a new device."""
    account, app = make_ana()
    client_as(account).post("/account/ways/recovery")
    with client_as(account).session_transaction() as kept:
        public_client.keep(kept["sign_in"])
    read_it(public_client)
    public_client.post("/sign-out")

    sign_in(public_client, app)

    assert (NoticeKind.NEW_DEVICE, None) in kinds(account)


def test_what_was_done_on_a_phone_left_lying_about_is_told_on_that_phone(public_client):
    _account, app = make_ana()
    sign_in(public_client, app)
    public_client.post("/account/ways/recovery")

    later = IDLE + timedelta(minutes=1)
    sign_in(public_client, app, minutes=later.total_seconds() / 60)

    with clock.as_of(clock.now() + later):
        assert is_told(public_client)
        assert "by you, here" not in public_client.get(AT).text


def test_a_sign_in_that_still_stands_goes_on_in_the_next(public_client):
    _account, app = make_ana()
    sign_in(public_client, app)
    public_client.post("/account/ways/recovery")

    sign_in(public_client, app, minutes=1)

    assert not is_told(public_client)
    assert "by you, here" in public_client.get(AT).text


def test_a_new_device_is_told_after_more_than_a_month_away(public_client, app):
    account, codes = make_ana()
    account.created_at = clock.now() - timedelta(days=90)

    sign_in(public_client, codes)

    assert (NoticeKind.NEW_DEVICE, None) in kinds(account)


def test_the_very_first_sign_in_is_no_news(public_client):
    account, app = make_ana()

    sign_in(public_client, app)

    assert kinds(account) == []


def test_a_sign_in_that_has_done_more_than_a_cookie_holds_marks_nothing(app):
    account = make_account(Role.COORDINATOR)
    row = find_session(start_session(account, Way.PASSKEY, is_limited=False, device=""))
    tell(account.id, NoticeKind.TRIES, count=3)
    for _ in range(MOST_DEEDS):
        tell(account.id, NoticeKind.CODES_MADE, session_id=row.id)
    read = mark_read(row, ReadMark(), up_to="z" * 26)
    assert (len(read.but), read.up_to < "z") == (MOST_DEEDS, True)

    tell(account.id, NoticeKind.CODES_MADE, session_id=row.id)
    assert mark_read(row, read, up_to="z" * 26) == read


def test_what_waits_to_be_read_is_not_read_by_an_older_page(app):
    account = make_account(Role.COORDINATOR)
    row, other = (
        find_session(start_session(account, Way.PASSKEY, is_limited=False, device="")) for _ in "ab"
    )
    tell(account.id, NoticeKind.CODES_MADE, session_id=row.id)
    read = mark_read(row, ReadMark(), up_to="z" * 26)

    assert mark_read(other, read, up_to="0") == read
    assert mark_read(other, read, up_to=read.up_to) == ReadMark(read.up_to)


def test_signing_out_leaves_the_device_known_and_leaving_does_not(public_client):
    _account, app = make_ana()
    sign_in(public_client, app)
    assert "cookies" not in public_client.post("/sign-out").headers["Clear-Site-Data"]
    assert "cookies" in public_client.post("/leave").headers["Clear-Site-Data"]

"""People read at their next page what happened to their sign-in, and a thief cannot hide what they did."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.notice_actions import TRIES_TOLD
from app.accounts.notice_models import NoticeKind, SignInNotice
from app.accounts.permissions import Role
from app.accounts.sign_in_models import Passkey
from app.foundation import clock
from app.foundation.db import db
from app.vault.retention import Kind
from app.vault.sweep import sweep
from tests.support.people import make_account
from tests.support.ways import PASSWORD, begin_app, code_of, give_app, give_recovery_codes

AT = "/account/notices"


def make_ana():
    account = make_account(Role.COORDINATOR, email="ana@office.example")
    return account, give_app(account)


def kinds(account):
    own = select(SignInNotice).where(SignInNotice.account_id == account.id).order_by(SignInNotice.id)
    return [(one.kind, one.count) for one in db.session.scalars(own)]


def sign_in(client, app, minutes=0):
    with clock.as_of(clock.now() + timedelta(minutes=minutes)):
        client.post("/sign-in", data={"email": "ana@office.example", "password": PASSWORD})
        return client.post("/sign-in/code", data={"code": code_of(app)})


def is_told(client):
    return "things happened to your sign-in" in client.get("/board").text.replace("thing h", "things h")


def read_it(client):
    up_to = re.search(r'name="up_to" value="([^"]+)"', client.get(AT).text)
    return client.post(f"{AT}/read", data={"up_to": up_to[1]})


def test_who_signs_in_reads_how_often_somebody_tried_since(public_client, client_as):
    account, app = make_ana()
    client_as(account)
    for _ in range(TRIES_TOLD):
        public_client.post("/sign-in", data={"email": account.email, "password": "wrong"})

    sign_in(public_client, app)

    assert (NoticeKind.TRIES, TRIES_TOLD) in kinds(account)
    assert is_told(public_client)
    assert f"{TRIES_TOLD} times a password or a code did not fit" in public_client.get(AT).text


def test_ones_own_slip_is_no_news(public_client):
    account, app = make_ana()
    public_client.post("/sign-in", data={"email": account.email, "password": "wrong"})

    sign_in(public_client, app)

    assert kinds(account) == []
    assert not is_told(public_client)


def test_who_knows_the_password_and_no_more_is_told_of(public_client, client_as):
    account, app = make_ana()
    client_as(account)
    public_client.post("/sign-in", data={"email": account.email, "password": PASSWORD})

    sign_in(public_client, app)

    assert (NoticeKind.HALF, 1) in kinds(account)
    assert "somebody wrote your right password, and then no right code" in public_client.get(AT).text


def test_a_new_device_is_told_to_the_others_and_a_known_one_is_not(public_client, client_as, app):
    account, shown = make_ana()
    sign_in(public_client, shown)
    assert kinds(account) == [], "the first device of all is no news"

    other = client_as(Role.ADMIN)
    other.post("/sign-out")
    sign_in(other, shown, minutes=1)

    assert kinds(account) == [(NoticeKind.NEW_DEVICE, None)]
    assert is_told(public_client)
    assert not is_told(other), "what it did itself"
    sign_in(other, shown, minutes=2)
    assert kinds(account) == [(NoticeKind.NEW_DEVICE, None)], "known from now on"


def test_a_changed_way_is_told_to_who_was_not_there(client_as):
    account, _app = make_ana()
    thief = client_as(account)
    app, offer = begin_app(thief)
    thief.post("/account/ways/app", data={"offer": offer, "code": code_of(app)})
    thief.post("/account/ways/recovery")
    thief.post(
        "/account/ways/password", data={"current": PASSWORD, "password": "trombone salad river twelve"}
    )
    db.session.add(
        Passkey(
            id="0" * 26,
            account_id=account.id,
            credential_id=b"id",
            public_key=b"key",
            sign_count=0,
            name="my phone",
            made_at=clock.now(),
        )
    )
    thief.post(f"/account/ways/passkeys/{'0' * 26}/remove")

    assert [kind for kind, _ in kinds(account)] == [
        NoticeKind.APP_ADDED,
        NoticeKind.CODES_MADE,
        NoticeKind.CODES_MADE,
        NoticeKind.PASSWORD_CHANGED,
        NoticeKind.PASSKEY_REMOVED,
    ]
    owner = client_as(account)
    page = owner.get(AT).text
    for words in ("An app with codes was set up", "The password was changed", "A passkey was removed"):
        assert words in page
    assert "Chrome on Linux" in page
    assert 'action="/account/devices/others/end"' in page, "what to do when it was not you"


def test_a_thief_cannot_mark_their_own_deeds_as_read(client_as):
    account, _app = make_ana()
    thief, owner = client_as(account), client_as(account)
    thief.post("/account/ways/recovery")

    assert not is_told(thief)
    read_it(thief)
    assert is_told(owner)

    read_it(owner)
    assert not is_told(owner)
    assert "New recovery codes were made" in owner.get(AT).text, "it still stands there"


def test_ones_own_act_is_told_as_ones_own_and_as_new_elsewhere(client_as):
    account = make_ana()[0]
    here, elsewhere = client_as(account), client_as(account)
    here.post("/account/ways/recovery")

    marks = [re.findall(r"by you, here|(?<=>)new(?=<)", client.get(AT).text) for client in (here, elsewhere)]
    assert marks == [["by you, here"], ["new"]]


def test_nobody_reads_or_marks_what_happened_to_others(client_as):
    account, _app = make_ana()
    client_as(account).post("/account/ways/recovery")
    stranger = client_as(Role.COORDINATOR)

    assert "New recovery codes were made" not in stranger.get(AT).text
    stranger.post(f"{AT}/read", data={"up_to": "z" * 26})
    assert db.session.scalars(select(SignInNotice.read_at)).one() is None


@pytest.mark.parametrize(("days", "is_left"), [(89, True), (91, False)])
def test_notices_go_after_ninety_days(client_as, days, is_left):
    account, _app = make_ana()
    client_as(account).post("/account/ways/recovery")

    counts = sweep(clock.now() + timedelta(days=days))

    assert bool(kinds(account)) is is_left
    assert counts[Kind.SIGN_IN_NOTICE] == (not is_left)


def test_a_recovery_code_that_was_used_is_told(public_client, client_as):
    account, _app = make_ana()
    other = client_as(account)
    codes = give_recovery_codes(account)

    said = {"email": account.email, "code": codes[0], "password": PASSWORD}
    public_client.post("/sign-in/recovery", data=said)

    assert "Somebody signed in with a recovery code" in other.get(AT).text

"""Sign-ins as rows: how they end, where they are seen, and what asks again whether it is still you."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.access import BY_ITSELF
from app.accounts.permissions import Role
from app.accounts.session_actions import start_session
from app.accounts.session_rules import End, Way
from app.accounts.sign_in_models import SignInSession
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.db import db
from app.vault.retention import Kind
from app.vault.sweep import sweep
from tests.guards.layers import ROOT
from tests.support.databases import refusing_to_write
from tests.support.people import make_account
from tests.support.ways import HASH, PASSWORD, begin_app, code_of, give_app

MINUTE = timedelta(minutes=1)


def row_of(client):
    rows = select(SignInSession).where(SignInSession.account_id == client.account_id)
    row = db.session.scalars(rows.order_by(SignInSession.id.desc()).limit(1)).one()
    db.session.refresh(row)
    return row


def later(minutes, begin=None):
    return clock.as_of((begin or clock.now()) + timedelta(minutes=minutes))


def is_in(client, path="/board"):
    return client.get(path).status_code == 200


def test_a_sign_in_that_is_used_holds_twelve_hours_and_no_minute_longer(client_as):
    client, begin = client_as(Role.COORDINATOR), clock.now()

    for minute in (*range(14, 720, 14), 719):
        with later(minute, begin):
            assert is_in(client, "/account/devices"), minute
    with later(720.1, begin):
        assert not is_in(client)

    assert row_of(client).end_reason is End.TOO_LONG


def test_fifteen_minutes_without_the_person_end_it_and_that_is_on_the_trail_once(client_as):
    client, begin = client_as(Role.COORDINATOR), clock.now()

    with later(14.9, begin):
        assert is_in(client)
    with later(30, begin):
        assert not is_in(client)
        assert not is_in(client)

    assert row_of(client).end_reason is End.IDLE
    ended = select(AuditEntry.facts).where(AuditEntry.what == What.ACCOUNT_SESSION_ENDED)
    assert db.session.scalars(ended).all() == [{"reason": "idle", "rows": 1}]


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/board/stamp", {}), ("/board/pressing", {}), ("/session/left", {}), ("/board", {BY_ITSELF: "1"})],
)
def test_what_a_page_asks_by_itself_is_no_sign_of_the_person(client_as, path, headers):
    client, begin = client_as(Role.COORDINATOR), clock.now()
    for minute in (5, 10, 14):
        with later(minute, begin):
            assert client.get(path, headers=headers).status_code in {200, 204}

    with later(15, begin):
        assert client.get(path, headers=headers).status_code == 302


def test_every_page_that_asks_by_itself_says_so():
    """The board and the lines on other pages; a new one has to be added here and marked."""
    scripts = (ROOT / "app/static/js").glob("*.js")
    asking = {file.name for file in scripts if "fetch(" in file.read_text(encoding="utf-8")}
    assert asking == {"board.js", "call.js", "lapse.js", "map.js", "passkeys.js", "stay.js"}


def test_the_person_is_written_down_once_a_minute(client_as, count_queries):
    client, begin = client_as(Role.COORDINATOR), clock.now()

    with later(0.5, begin), count_queries() as soon:
        client.get("/board/nothing-here/stamp")
    with later(2, begin), count_queries() as late:
        client.get("/account/devices")

    assert [one for one in soon.statements if one.startswith("UPDATE")] == []
    assert len([one for one in late.statements if one.startswith("UPDATE sign_in_sessions")]) == 1
    assert row_of(client).last_seen_at == begin + 2 * MINUTE


@pytest.mark.one_database
def test_a_board_is_shown_also_when_nothing_can_be_written(client_as):
    client, begin = client_as(Role.COORDINATOR), clock.now()
    db.session.commit()

    with later(2, begin), refusing_to_write():
        assert is_in(client)


def test_staying_is_a_sign_of_the_person_at_any_second(client_as):
    client, begin = client_as(Role.COORDINATOR), clock.now()

    with later(14.5, begin):
        assert 28 <= client.get("/session/left").json["left"] <= 30
        assert client.post("/session/stay").json["left"] == 900
    with later(29, begin):
        assert is_in(client)


def test_another_device_is_signed_out_and_is_out_at_its_next_request(client_as):
    account = make_account(Role.COORDINATOR)
    phone, desk = client_as(account), client_as(account)
    page = desk.get("/account/devices").text
    assert (page.count("Chrome on Linux"), page.count("this device")) == (3, 1)

    desk.post(f"/account/devices/{oldest(account).id}/end")

    assert (is_in(phone), is_in(desk)) == (False, True)
    assert phone.get("/board/stamp").status_code == 302, "and so within two seconds an open board"
    assert "Sign out all others" not in desk.get("/account/devices").text


def test_all_others_are_signed_out_at_once(client_as):
    account = make_account(Role.COORDINATOR)
    others, desk = [client_as(account) for _ in range(3)], client_as(account)

    desk.post("/account/devices/others/end")

    assert [is_in(one) for one in (*others, desk)] == [False, False, False, True]


def test_nobody_ends_anybody_elses_sign_in(client_as):
    phone = client_as(Role.COORDINATOR)

    answer = client_as(Role.COORDINATOR).post(f"/account/devices/{row_of(phone).id}/end")

    assert (answer.status_code, is_in(phone)) == (404, True)


def oldest(account):
    rows = select(SignInSession).where(SignInSession.account_id == account.id)
    return db.session.scalars(rows.order_by(SignInSession.id).limit(1)).one()


def test_a_copied_cookie_is_worth_nothing_after_signing_out(client_as, public_client):
    client = client_as(Role.COORDINATOR)
    with client.session_transaction() as kept:
        secret = kept["sign_in"]
    client.post("/sign-out")

    public_client.keep(secret)

    assert not is_in(public_client)
    assert row_of(client).end_reason is End.SIGNED_OUT


def test_a_change_of_ways_ends_every_other_sign_in(client_as):
    account = make_account(Role.COORDINATOR)
    phone, desk = client_as(account), client_as(account)
    app, offer = begin_app(desk)

    desk.post("/account/ways/app", data={"offer": offer, "code": code_of(app), "password": PASSWORD})

    assert (is_in(phone), is_in(desk)) == (False, True)


def test_what_was_typed_when_a_sign_in_ended_can_be_sent_again(client_as):
    account = make_account(Role.ADMIN, email="ana@office.example", password_hash=HASH)
    client, begin = client_as(account), clock.now()
    typed = {"name": "Lea <b>Romero</b>", "email": "lea@bridges.example", "role": "mediator"}

    with later(16, begin):
        page = client.post("/accounts/new", data=typed)
        assert (page.status_code, 'value="Lea &lt;b&gt;Romero&lt;/b&gt;"' in page.text) == (401, True)
        assert 'action="/accounts/new?"' in page.text
        with client.session_transaction() as kept:
            token = kept["csrf_token"]
        app = give_app(account)
        client.post("/sign-in", data={"email": account.email, "password": PASSWORD})
        client.post("/sign-in/code", data={"code": code_of(app)})
        with client.session_transaction() as kept:
            assert kept["csrf_token"] == token, "the page that was open can still be sent"
        assert client.post("/accounts/new", data=typed).status_code == 201


def test_another_person_cannot_send_what_somebody_left_open(client_as):
    client, begin = client_as(Role.COORDINATOR), clock.now()
    other = make_account(Role.ADMIN, email="ben@office.example")
    app = give_app(other)
    client.get("/board")
    with client.session_transaction() as kept:
        token = kept["csrf_token"]

    with later(16, begin):
        client.post("/sign-in", data={"email": other.email, "password": PASSWORD})
        client.post("/sign-in/code", data={"code": code_of(app)})

    with client.session_transaction() as kept:
        assert kept.get("csrf_token") != token


def test_a_limited_sign_in_holds_half_an_hour(app, public_client):
    account, begin = make_account(Role.COORDINATOR), clock.now()
    public_client.keep(start_session(account, Way.INVITATION, is_limited=True, device=""))

    for minute in (14, 28):
        with later(minute, begin):
            assert public_client.get("/account/ways/").status_code == 200
    with later(30.1, begin):
        assert public_client.get("/account/ways/").status_code == 302


def test_leaving_ends_the_sign_in_and_leads_away(client_as, public_client, set_settings):
    set_settings(quick_exit_url="https://weather.example/")
    client = client_as(Role.MEDIATOR)
    assert 'action="/leave"' in client.get("/today").text

    answer = client.post("/leave")

    assert answer.headers["Refresh"] == "0; url=https://weather.example/"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert row_of(client).end_reason is End.LEFT
    assert not is_in(client, "/today")
    page = public_client.get("/").text
    assert 'href="https://weather.example/" rel="noreferrer"' in page
    assert public_client.post("/leave").status_code == 200


def test_who_signs_in_again_leaves_no_sign_in_behind(public_client):
    account = make_account(Role.COORDINATOR, email="ana@office.example", password_hash=HASH)
    for _ in range(2):
        public_client.post("/sign-in", data={"email": account.email, "password": PASSWORD})

    rows = db.session.scalars(select(SignInSession.end_reason).order_by(SignInSession.id)).all()
    assert rows == [End.REPLACED, None]


def test_what_devices_did_a_month_ago_is_forgotten(client_as):
    account = make_account(Role.COORDINATOR)
    with clock.as_of(clock.now() - timedelta(days=31)):
        client_as(account)
    client_as(account)

    assert sweep(clock.now())[Kind.SIGN_IN] == 1
    assert len(db.session.scalars(select(SignInSession)).all()) == 1

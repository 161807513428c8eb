"""Outside an invented city a password alone opens nothing: codes of an app, recovery codes, their limits."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.accounts import way_actions
from app.accounts.attempts import ACCOUNT_LIMIT, WINDOW
from app.accounts.models import Account
from app.accounts.passkey_seals import seal_of
from app.accounts.permissions import Role
from app.accounts.recovery_actions import confirm_recovery, number_of
from app.accounts.recovery_models import RecoveryRequest
from app.accounts.session_actions import start_session
from app.accounts.session_rules import Way
from app.accounts.sign_in import actor_of, take_step
from app.accounts.sign_in_models import AuthenticatorApp, Passkey, RecoveryCode, SignInSession
from app.accounts.way_queries import find_app
from app.foundation import clock
from app.foundation.db import db
from app.vault.models import DataKey
from tests.inputs.test_at_once import at_once
from tests.support.people import make_account
from tests.support.ways import HASH, PASSWORD, begin_app, code_of, give_app, give_recovery_codes

EMAIL = "ana@office.example"


def make_ana(**fields):
    return make_account(Role.COORDINATOR, email=EMAIL, **fields)


def say_password(client, next_page=None):
    return client.post(
        "/sign-in",
        query_string={"next": next_page} if next_page else {},
        data={"email": EMAIL, "password": PASSWORD},
    )


def is_in(client):
    return client.get("/board").status_code == 200


def test_a_password_and_a_code_lead_to_the_page_that_was_asked_for(public_client):
    app = give_app(make_ana())

    asked = say_password(public_client, "/board")
    assert asked.headers["Location"] == "/sign-in/code?next=/board"
    assert not is_in(public_client)
    answer = public_client.post(asked.headers["Location"], data={"code": code_of(app)})

    assert answer.headers["Location"] == "/board"
    assert is_in(public_client)


def test_who_has_only_a_password_reaches_only_the_pages_that_set_up_more(public_client):
    make_ana(password_hash=HASH)

    answer = say_password(public_client)

    assert answer.headers["Location"] == "/account/ways/"
    assert "Set up a passkey first" in public_client.get("/account/ways/").text
    for path in ("/board", "/cases/", "/start", "/account/devices", "/verify"):
        assert public_client.get(path).headers["Location"] == "/account/ways/", path
    assert public_client.post("/account/ways/recovery").headers["Location"] == "/account/ways/"


def test_a_code_is_never_taken_twice(public_client, client_as):
    app = give_app(make_ana())
    code = code_of(app)
    say_password(public_client)
    public_client.post("/sign-in/code", data={"code": code})
    public_client.post("/sign-out")

    say_password(public_client)
    again = public_client.post("/sign-in/code", data={"code": code})

    assert "This code does not fit, or it was used already." in again.text
    assert not is_in(public_client)
    with clock.as_of(clock.now() + timedelta(seconds=60)):
        assert public_client.post("/sign-in/code", data={"code": code_of(app)}).status_code == 303


def test_of_two_who_send_a_code_at_once_one_is_let_in(app):
    """The second has read the row before the first was let in; only the database knows."""
    account = make_ana()
    code = code_of(give_app(account))
    read_before = find_app(account)
    taken = update(AuthenticatorApp).values(last_step=int(clock.now().timestamp()) // 30 + 1)
    db.session.execute(taken.execution_options(synchronize_session=False))

    assert read_before.last_step == 0
    assert not take_step(read_before, code, clock.now())


def test_the_password_holds_five_minutes(public_client):
    app = give_app(make_ana())
    say_password(public_client)

    with clock.as_of(clock.now() + timedelta(minutes=5, seconds=1)):
        answer = public_client.post("/sign-in/code", data={"code": code_of(app)})
        assert answer.headers["Location"] == "/sign-in"
        assert not is_in(public_client)


@pytest.mark.parametrize("code", ["000000", "aaaaa-aaaaa"])
def test_codes_are_guessed_five_times(public_client, code):
    app = give_app(make_ana())
    say_password(public_client)

    answers = [public_client.post("/sign-in/code", data={"code": code}).status_code for _ in range(7)]

    assert answers == [200] * ACCOUNT_LIMIT + [429] * 2
    assert public_client.post("/sign-in/code", data={"code": code_of(app)}).status_code == 429
    with clock.as_of(clock.now() + WINDOW):
        say_password(public_client)
        assert public_client.post("/sign-in/code", data={"code": code_of(app)}).status_code == 303


def test_a_recovery_code_works_once_and_leads_to_setting_up_a_way(public_client):
    codes = give_recovery_codes(make_ana(password_hash=HASH))

    def use(code, email=EMAIL):
        said = {"email": email, "code": code, "password": PASSWORD}
        return public_client.post("/sign-in/recovery", data=said)

    answer = use(codes[3].upper(), EMAIL.upper())

    assert answer.headers["Location"] == "/account/ways/"
    assert public_client.get("/board").headers["Location"] == "/account/ways/"
    public_client.post("/sign-out")
    again = use(codes[3])
    assert again.status_code == 200
    assert "the code was used already" in again.text
    assert use(codes[4]).status_code == 303


def test_recovery_codes_are_somebodys_own_and_guessed_five_times(public_client):
    make_ana()
    code = give_recovery_codes(make_account(Role.MEDIATOR))[0]

    answers = [
        public_client.post("/sign-in/recovery", data={"email": EMAIL, "code": code}).status_code
        for _ in range(6)
    ]

    assert answers == [200] * ACCOUNT_LIMIT + [429]


def test_a_recovery_code_opens_no_account_that_is_closed(public_client):
    codes = give_recovery_codes(make_ana(is_active=False))

    assert public_client.post("/sign-in/recovery", data={"email": EMAIL, "code": codes[0]}).status_code == 200


def test_an_app_is_set_up_with_its_first_code_and_a_password_and_then_codes_are_shown_once(public_client):
    account = make_ana()
    codes = give_recovery_codes(account)
    enter_with(public_client, account, codes[0])
    app, offer = begin_app(public_client)
    assert find_app(account) is None, "looking at the page changes nothing"

    for data in ({}, {"code": "000000", "password": PASSWORD}, {"code": code_of(app), "password": "short"}):
        answer = public_client.post("/account/ways/app", data={"offer": offer, **data})
        assert (answer.status_code, offer in answer.text, "data:image/svg" in answer.text) == (
            422,
            True,
            True,
        )
    done = {"offer": offer, "code": code_of(app), "password": PASSWORD}
    answer = public_client.post("/account/ways/app", data=done)

    assert answer.headers["Location"] == "/account/ways/", "nine codes are left, so no new ones are made"
    assert is_in(public_client), "the limited sign-in has become a whole one"
    assert app.secret not in public_client.get("/account/ways/app").text.replace(" ", ""), "not shown again"
    made = public_client.post("/account/ways/recovery")
    assert (made.status_code, made.text.count("<li><bdi>")) == (201, 10)
    again = {"email": EMAIL, "code": codes[1], "password": PASSWORD}
    assert public_client.post("/sign-in/recovery", data=again).status_code == 200


def enter_with(client, account, code):
    """Somebody who had only passkeys, and whose admin has said yes."""
    client.post("/sign-in/recovery", data={"email": account.email, "code": code})
    waiting = db.session.scalars(select(RecoveryRequest)).one()
    confirm_recovery(waiting, number_of(waiting), actor=actor_of(make_account(Role.ADMIN)))
    assert client.post("/sign-in/recovery/waiting").headers["Location"] == "/account/ways/"


def test_the_last_way_stays_and_a_removed_app_leaves_no_secret(client_as):
    account = make_ana()
    give_app(account)
    client = client_as(account)

    assert client.post("/account/ways/app/remove").status_code == 409

    account.password_hash = None  # as somebody has who has a passkey too
    db.session.add(passkey_of(account))
    assert client.post("/account/ways/app/remove").status_code == 303
    assert db.session.scalars(select(AuthenticatorApp)).all() == []
    assert db.session.scalars(select(DataKey.destroyed_reason)).one() == "way removed"
    assert client.post(f"/account/ways/passkeys/{'0' * 26}/remove").status_code == 409, "the last way now"
    assert client_as(Role.ADMIN).post(f"/account/ways/passkeys/{'0' * 26}/remove").status_code == 404


def test_of_two_last_ways_taken_away_at_once_one_stays(app):
    account = make_ana(password_hash=None)
    for one in "ab":
        db.session.add(passkey_of(account, id=one * 26, credential_id=one.encode()))
    account_id = account.id
    start_session(account, Way.PASSKEY, is_limited=False, device="")
    here = db.session.scalars(select(SignInSession.id)).one()

    def remove(one):
        def act():
            own = db.session.get_one(Account, account_id)
            passkey = db.session.get_one(Passkey, one * 26)
            way_actions.remove_passkey(own, passkey, session_id=here)

        return act

    answers = at_once(app, remove("a"), remove("b"))

    assert sorted(map(str, answers)) == sorted(map(str, [None, way_actions.LastWay]))
    assert len(db.session.scalars(select(Passkey)).all()) == 1


def passkey_of(account, **fields):
    values = {"credential_id": b"id", "public_key": b"key", "sign_count": 0, "name": "my phone"}
    made = Passkey(**{"id": "0" * 26, "account_id": account.id, "made_at": clock.now()} | values | fields)
    made.seal = seal_of(made)
    return made


def test_nothing_that_signs_in_is_kept_as_it_is(public_client):
    account = make_ana()
    app = give_app(account)
    codes = give_recovery_codes(account)
    say_password(public_client)
    public_client.post("/sign-in/code", data={"code": code_of(app)})
    with public_client.session_transaction() as kept:
        secret = kept["sign_in"]

    tables = (AuthenticatorApp, RecoveryCode, SignInSession)
    rows = [str(vars(row)) for table in tables for row in db.session.scalars(select(table))]
    assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 1
    for hidden in (secret, app.secret, *codes, codes[0].replace("-", "")):
        assert not any(hidden in row for row in rows)

"""Ways are changed one after the other, by a sign-in that still stands, and counted where they work."""

import pyotp
import pytest
from sqlalchemy import select

from app.accounts import app_actions, passkeys, password_actions, way_actions
from app.accounts.app_actions import offer_app
from app.accounts.grant_actions import propose_account, refuse
from app.accounts.grant_models import Invitation, RoleGrant
from app.accounts.passkeys import NotThisPasskey, Site, find_shown, read_new
from app.accounts.permissions import Role
from app.accounts.session_actions import end_sessions, start_session
from app.accounts.session_rules import End, Way
from app.accounts.sign_in import actor_of
from app.accounts.sign_in_models import AuthenticatorApp, Passkey, RecoveryCode, SignInSession
from app.accounts.way_changes import SignInEnded
from app.accounts.way_queries import ways_of
from app.accounts.way_rules import LastWay
from app.audit.trail import SYSTEM
from app.foundation import clock
from app.foundation.db import db
from tests.support.people import make_account
from tests.support.ways import HASH, PASSWORD, code_of, give_app, give_passkey

SITE = Site("office.example", "https://office.example")
NEW = "lantern cobalt pretzel otter"


def ended_sign_in(account):
    """A sign-in that somebody has ended while its request was under way."""
    start_session(account, Way.PASSKEY, is_limited=False, device="")
    own = db.session.scalars(select(SignInSession.id)).one()
    end_sessions(account.id, End.BY_ADMIN, actor=SYSTEM)
    db.session.commit()
    return own


def add_passkey(account, own, monkeypatch):
    monkeypatch.setattr(passkeys, "read_new", lambda *_: (b"another", b"key", 0))
    way_actions.add_passkey(account, "", name="a phone", challenge=b"", site=SITE, session_id=own)


def set_up_app(account, own, _monkeypatch):
    offer = offer_app(account)
    code = code_of(pyotp.TOTP(offer.secret))
    app_actions.confirm_app(account, offer, code, password=None, session_id=own)


def change_password(account, own, _monkeypatch):
    password_actions.change_password(account, PASSWORD, NEW, session_id=own, now=clock.now())


def make_codes(account, own, _monkeypatch):
    way_actions.make_recovery_codes(account, session_id=own)


@pytest.mark.parametrize("act", [add_passkey, set_up_app, change_password, make_codes])
def test_a_sign_in_that_was_ended_meanwhile_adds_and_changes_nothing(app, monkeypatch, act):
    account = make_account(Role.COORDINATOR, password_hash=HASH)
    own = ended_sign_in(account)

    with pytest.raises(SignInEnded):
        act(account, own, monkeypatch)

    db.session.rollback()
    assert account.password_hash == HASH
    for table in (Passkey, AuthenticatorApp, RecoveryCode):
        assert db.session.scalars(select(table)).all() == []


def test_a_passkey_that_somebody_changed_is_no_way(app):
    account = make_account(Role.COORDINATOR)
    whole, broken = give_passkey(account), give_passkey(account, is_sealed=False)
    start_session(account, Way.PASSKEY, is_limited=False, device="")
    own = db.session.scalars(select(SignInSession.id)).one()

    assert ways_of(account).working_passkeys == [whole]
    with pytest.raises(LastWay):
        way_actions.remove_passkey(account, whole, session_id=own)
    way_actions.remove_passkey(account, broken, session_id=own)
    assert db.session.scalars(select(Passkey)).all() == [whole]


def test_a_passkey_that_somebody_changed_is_no_second_step(public_client):
    account = make_account(Role.COORDINATOR, email="ana@office.example", password_hash=HASH)
    give_passkey(account, is_sealed=False)
    assert not ways_of(account).has_second_step

    answer = public_client.post("/sign-in", data={"email": account.email, "password": PASSWORD})

    assert answer.headers["Location"] == "/account/ways/"


def test_one_admin_alone_invites_nobody_whose_passkey_was_changed(client_as):
    """Else who can write into the database needs one admin less."""
    account = make_account(Role.MEDIATOR)
    give_passkey(account, is_sealed=False)

    assert client_as(Role.ADMIN).post(f"/accounts/{account.id}/invitation").status_code == 409


def test_an_app_alone_with_a_broken_passkey_stays(app):
    account = make_account(Role.COORDINATOR)
    give_app(account)
    give_passkey(account, is_sealed=False)
    start_session(account, Way.PASSKEY, is_limited=False, device="")
    own = db.session.scalars(select(SignInSession.id)).one()

    with pytest.raises(LastWay):
        app_actions.remove_app(account, session_id=own)


@pytest.mark.parametrize("credential", ["[" * 15_000, '{"id":' * 3_000])
def test_json_that_is_nested_too_deep_is_no_credential(app, credential):
    assert find_shown(credential) is None
    with pytest.raises(NotThisPasskey):
        read_new(credential, b"challenge", SITE)


def test_the_link_of_an_account_that_was_refused_opens_nothing(app):
    ana, ben = (actor_of(make_account(Role.ADMIN)) for _ in range(2))
    propose_account(
        email="new@office.example",
        name="Noor",
        role=Role.MEDIATOR,
        actor=ana,
        organization_id=None,
        team_id=None,
    )

    refuse(db.session.scalars(select(RoleGrant)).one(), actor=ben)

    assert db.session.scalars(select(Invitation.revoked_at)).one() is not None

"""The admin's pages: accounts are made, changed and closed, never one's own, and no case is seen."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation.db import db
from app.roster.models import Responder
from tests.support.board import make_call, make_lane_team
from tests.support.people import make_account

NEW = {"name": "Lea Romero", "email": "lea@bridges.example", "role": "mediator"}


def find(email):
    return db.session.scalars(select(Account).where(Account.email == email)).one_or_none()


def on_trail(what, account):
    found = select(AuditEntry).where(AuditEntry.what == what, AuditEntry.subject_id == account.id)
    return db.session.scalars(found).one()


def test_a_new_person_gets_a_first_password_that_works_and_is_shown_once(client_as, public_client):
    team = make_lane_team()
    admin = client_as(Role.ADMIN)

    answer = admin.post("/accounts/new", data={**NEW, "team_id": team.id, "languages": ["en", "fa"]})

    assert answer.status_code == 201
    password = re.search(r"<bdi>([^<]+)</bdi></b>", answer.text)[1]
    account = find(NEW["email"])
    assert (account.role, account.team_id, account.organization_id) == (
        Role.MEDIATOR,
        team.id,
        team.organization_id,
    )
    assert db.session.get(Responder, account.id).languages == "en fa"
    assert on_trail(What.ACCOUNT_CREATED, account).actor_id == admin.account_id
    assert password not in admin.get("/accounts").text
    signed_in = public_client.post("/sign-in", data={"email": NEW["email"], "password": password})
    assert signed_in.status_code == 302


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"email": ""},
        {"email": "not an address"},
        {"role": ""},
        {"role": "resident"},
        {"role": "dispatch_client"},
        {"role": "king"},
        {"team_id": "no-team"},
        {"organization_id": "none"},
        {"languages": ["xx"]},
        {"name": "x" * 500},
        {"name": "a\x00b"},
    ],
)
def test_an_account_that_makes_no_sense_is_not_made(client_as, changes):
    answer = client_as(Role.ADMIN).post("/accounts/new", data=NEW | changes)

    assert answer.status_code == 422
    assert find(NEW["email"]) is None


def test_an_e_mail_that_is_taken_is_said_at_its_field(client_as):
    make_account(Role.MEDIATOR, email=NEW["email"])

    answer = client_as(Role.ADMIN).post("/accounts/new", data=NEW | {"email": "LEA@bridges.example"})

    assert answer.status_code == 422
    assert "Somebody has this e-mail already." in answer.text


def test_a_role_is_changed_and_kept_on_the_trail(client_as):
    account = make_account(Role.MEDIATOR)

    client_as(Role.ADMIN).post(f"/accounts/{account.id}", data={"role": "coordinator"})

    db.session.refresh(account)
    assert account.role is Role.COORDINATOR
    assert on_trail(What.ACCOUNT_ROLE_CHANGED, account).facts == {"before": "mediator", "role": "coordinator"}


def test_a_closed_account_is_out_at_its_next_request_and_may_come_back(client_as):
    account = make_account(Role.COORDINATOR)
    person, admin = client_as(account), client_as(Role.ADMIN)
    assert person.get("/who-can-see-what").status_code == 200

    admin.post(f"/accounts/{account.id}/close")
    assert person.get("/board").status_code == 302

    admin.post(f"/accounts/{account.id}/open")
    assert person.get("/board").status_code == 200


@pytest.mark.parametrize(("path", "data"), [("", {"role": "coordinator"}), ("/close", {}), ("/open", {})])
def test_nobody_changes_their_own_account(client_as, path, data):
    account = make_account(Role.ADMIN)

    answer = client_as(account).post(f"/accounts/{account.id}{path}", data=data)

    assert answer.status_code == 409
    db.session.refresh(account)
    assert (account.role, account.is_active) == (Role.ADMIN, True)


def test_the_own_account_is_shown_without_acts(client_as):
    admin = client_as(Role.ADMIN)

    assert "Your own. Another admin changes it." in admin.get("/accounts").text
    assert "This is your own account" in admin.get(f"/accounts/{admin.account_id}").text


def test_an_admin_sees_nothing_of_any_case(client_as):
    referral = make_call()
    admin = client_as(Role.ADMIN)

    for path in ("/board", f"/board/{referral.id}", "/cases/", "/trail"):
        assert admin.get(path).status_code == 403


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.AUDITOR, Role.MEDIATOR, Role.PROVIDER_LEAD])
@pytest.mark.parametrize("path", ["/accounts", "/accounts/new"])
def test_only_an_admin_manages_accounts(client_as, role, path):
    assert client_as(role).get(path).status_code == 403


def test_no_account_is_not_found(client_as):
    assert client_as(Role.ADMIN).post("/accounts/nobody/close").status_code == 404

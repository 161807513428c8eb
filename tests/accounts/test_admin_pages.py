"""The admin's pages: accounts are made, changed and closed, never one's own, and no case is seen."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.grant_models import GrantKind, GrantState, RoleGrant
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.sign_in import hash_password
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.db import db
from app.roster.models import Responder
from tests.support.board import make_call, make_lane_team
from tests.support.people import make_account

NEW = {"name": "Lea Romero", "email": "lea@bridges.example", "role": "mediator"}


def find(email):
    return db.session.scalars(select(Account).where(Account.email == email)).one_or_none()


def waiting_for(account):
    grants = select(RoleGrant).where(
        RoleGrant.account_id == account.id, RoleGrant.state == GrantState.PROPOSED
    )
    return db.session.scalars(grants).one()


def secret_on(answer):
    return re.search(r"/invitation#([\w-]+)<", answer.text)[1]


def on_trail(what, account):
    found = select(AuditEntry).where(AuditEntry.what == what, AuditEntry.subject_id == account.id)
    return db.session.scalars(found).one()


def test_a_new_person_gets_a_link_that_is_shown_once_and_opens_nothing_until_another_confirms(
    client_as, public_client
):
    team = make_lane_team()
    ana, ben = client_as(Role.ADMIN), client_as(Role.ADMIN)

    answer = ana.post("/accounts/new", data={**NEW, "team_id": team.id, "languages": ["en", "fa"]})

    assert answer.status_code == 201
    secret = secret_on(answer)
    account = find(NEW["email"])
    assert (account.role, account.team_id, account.organization_id) == (
        Role.MEDIATOR,
        team.id,
        team.organization_id,
    )
    assert db.session.get(Responder, account.id).languages == "en fa"
    assert on_trail(What.ACCOUNT_CREATED, account).actor_id == ana.account_id
    assert secret not in ana.get("/accounts").text
    assert (account.is_active, account.password_hash) == (False, None)
    early = public_client.post("/invitation", data={"secret": secret})
    assert (early.status_code, "has not confirmed this account yet" in early.text) == (409, True)

    ben.post(f"/accounts/waiting/{waiting_for(account).id}/confirm")

    assert public_client.post("/invitation", data={"secret": secret}).status_code == 303
    assert public_client.get("/start").headers["Location"] == "/account/ways/"
    assert public_client.post("/invitation", data={"secret": secret}).status_code == 404


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


def test_a_role_changes_when_another_admin_confirms_and_not_before(client_as):
    account = make_account(Role.MEDIATOR)
    ana, ben = client_as(Role.ADMIN), client_as(Role.ADMIN)

    ana.post(f"/accounts/{account.id}", data={"role": "coordinator"})
    path = f"/accounts/waiting/{waiting_for(account).id}"
    alone = ana.post(f"{path}/confirm")

    db.session.refresh(account)
    assert (alone.status_code, account.role) == (409, Role.MEDIATOR)
    assert "Another admin confirms it." in ana.get("/accounts/waiting").text
    assert f'Confirm<span class="sr">: {account.name}</span>' in ben.get("/accounts/waiting").text
    assert f'Take it back<span class="sr">: {account.name}</span>' in ana.get("/accounts/waiting").text

    ben.post(f"{path}/confirm")

    db.session.refresh(account)
    assert account.role is Role.COORDINATOR
    assert on_trail(What.ACCOUNT_ROLE_CHANGED, account).facts == {"before": "mediator", "role": "coordinator"}
    assert on_trail(What.ACCOUNT_GRANT_CONFIRMED, account).actor_id == ben.account_id
    assert ben.post(f"{path}/confirm").status_code == 409, "decided once"


def test_who_it_is_for_decides_nothing_for_themselves(client_as):
    account = make_account(Role.ADMIN)
    ana, concerned = client_as(Role.ADMIN), client_as(account)
    ana.post(f"/accounts/{account.id}", data={"role": "coordinator"})
    path = f"/accounts/waiting/{waiting_for(account).id}"

    answers = [concerned.post(f"{path}/{act}").status_code for act in ("confirm", "refuse")]

    assert answers == [409, 409]
    assert "Other admins decide." in concerned.get("/accounts/waiting").text


def test_what_is_refused_changes_nothing(client_as):
    account = make_account(Role.MEDIATOR)
    ana, ben = client_as(Role.ADMIN), client_as(Role.ADMIN)
    ana.post(f"/accounts/{account.id}", data={"role": "coordinator"})
    assert ben.post(f"/accounts/{account.id}", data={"role": "auditor"}).status_code == 409, "one at a time"

    ana.post(f"/accounts/waiting/{waiting_for(account).id}/refuse")

    db.session.refresh(account)
    assert account.role is Role.MEDIATOR
    assert "Nothing waits." in ben.get("/accounts/waiting").text


def test_the_database_itself_lets_nobody_confirm_alone(app):
    ana, account = make_account(Role.ADMIN), make_account(Role.MEDIATOR)
    grant = {"kind": GrantKind.ROLE, "role": Role.ADMIN, "state": GrantState.CONFIRMED}
    moment = {"proposed_at": clock.now(), "decided_at": clock.now()}
    for proposed_by, decided_by in ((ana, ana), (ana, None), (account, ana), (ana, account)):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.add(
                RoleGrant(
                    account_id=account.id,
                    proposed_by_id=proposed_by.id,
                    decided_by_id=decided_by and decided_by.id,
                    **grant,
                    **moment,
                )
            )


def test_a_closed_account_is_out_at_its_next_request_and_comes_back_by_two(client_as):
    account = make_account(Role.COORDINATOR)
    person, ana, ben = client_as(account), client_as(Role.ADMIN), client_as(Role.ADMIN)
    assert person.get("/board").status_code == 200

    ana.post(f"/accounts/{account.id}/close")
    assert person.get("/board").status_code == 302

    ana.post(f"/accounts/{account.id}/open")
    db.session.refresh(account)
    assert not account.is_active
    ben.post(f"/accounts/waiting/{waiting_for(account).id}/confirm")
    assert client_as(account).get("/board").status_code == 200
    assert person.get("/board").status_code == 302, "what was ended stays ended"


def test_who_has_lost_every_way_gets_new_ones_by_two_and_the_old_are_gone(client_as, public_client):
    account = make_account(Role.MEDIATOR, password_hash=hash_password("an invented password"))
    person, ana, ben = client_as(account), client_as(Role.ADMIN), client_as(Role.ADMIN)
    assert ana.post(f"/accounts/{account.id}/invitation").status_code == 409, "not by one alone"

    ana.post(f"/accounts/{account.id}/new-ways")
    answer = ben.post(f"/accounts/waiting/{waiting_for(account).id}/confirm")

    db.session.refresh(account)
    assert (answer.status_code, account.password_hash) == (201, None)
    assert person.get("/start").headers["Location"].startswith("/sign-in")
    assert public_client.post("/invitation", data={"secret": secret_on(answer)}).status_code == 303


def test_an_invitation_is_taken_back_replaced_and_runs_out(client_as, public_client):
    account, ana = make_account(Role.MEDIATOR), client_as(Role.ADMIN)
    path = f"/accounts/{account.id}/invitation"
    first, second = (secret_on(ana.post(path)) for _ in range(2))
    assert public_client.post("/invitation", data={"secret": first}).status_code == 404
    assert "Take the invitation back" in ana.get(f"/accounts/{account.id}").text
    with clock.as_of(clock.now() + timedelta(hours=72)):
        assert public_client.post("/invitation", data={"secret": second}).status_code == 404

    ana.post(f"{path}/revoke")

    assert public_client.post("/invitation", data={"secret": second}).status_code == 404
    assert "Take the invitation back" not in ana.get(f"/accounts/{account.id}").text


def test_an_invitation_of_an_account_that_was_closed_does_not_come_back_with_it(client_as, public_client):
    account, ana, ben = make_account(Role.MEDIATOR), client_as(Role.ADMIN), client_as(Role.ADMIN)
    secret = secret_on(ana.post(f"/accounts/{account.id}/invitation"))

    ana.post(f"/accounts/{account.id}/close")
    ana.post(f"/accounts/{account.id}/open")
    ben.post(f"/accounts/waiting/{waiting_for(account).id}/confirm")

    assert public_client.post("/invitation", data={"secret": secret}).status_code == 404


def test_an_invitation_is_exchanged_over_tls_too(client_as, public_client):
    """There the forgery check wants a Referer of ours, which a page that sends none could not give."""
    account, ana = make_account(Role.MEDIATOR), client_as(Role.ADMIN)
    secret = secret_on(ana.post(f"/accounts/{account.id}/invitation"))
    house = {"base_url": "https://localhost"}

    page = public_client.get("/invitation", **house)
    refused = public_client.post("/invitation", data={"secret": secret}, **house)
    sent = {"Referer": "https://localhost/invitation"}
    answer = public_client.post("/invitation", data={"secret": secret}, headers=sent, **house)

    assert page.headers["Referrer-Policy"] == "same-origin"
    assert (refused.status_code, answer.status_code) == (400, 303)


def test_an_admin_ends_every_sign_in_of_a_person(client_as):
    account = make_account(Role.COORDINATOR)
    phone, desk, ana = client_as(account), client_as(account), client_as(Role.ADMIN)
    assert "Signed in on 2 devices now." in ana.get(f"/accounts/{account.id}").text

    ana.post(f"/accounts/{account.id}/sign-out")

    assert [one.get("/board").status_code for one in (phone, desk)] == [302, 302]


@pytest.mark.parametrize(
    ("path", "data"),
    [("", {"role": "coordinator"}), ("/close", {}), ("/new-ways", {}), ("/invitation", {})],
)
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
        assert admin.get(path).status_code == (404 if referral.id in path else 403)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.AUDITOR, Role.MEDIATOR, Role.PROVIDER_LEAD])
@pytest.mark.parametrize("path", ["/accounts", "/accounts/new"])
def test_only_an_admin_manages_accounts(client_as, role, path):
    assert client_as(role).get(path).status_code == 403


def test_no_account_is_not_found(client_as):
    assert client_as(Role.ADMIN).post("/accounts/nobody/close").status_code == 404

"""Whoever has found a recovery code and waits does not outlive what the owner and an admin do."""

import pytest
from sqlalchemy import select

from app.accounts.permissions import Role
from app.accounts.recovery_actions import number_of
from app.accounts.recovery_models import RecoveryRequest, RecoveryState
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation.db import db
from tests.support.people import make_account
from tests.support.ways import give_recovery_codes

WAIT = "/sign-in/recovery/waiting"


def begin(stranger):
    """A stranger shows a code of Ana's, who has only passkeys."""
    ana = make_account(Role.COORDINATOR, email="ana@office.example")
    stranger.post("/sign-in/recovery", data={"email": ana.email, "code": give_recovery_codes(ana)[0]})
    return ana, db.session.scalars(select(RecoveryRequest)).one()


def say_yes(admin, request):
    return admin.post(f"/accounts/recoveries/{request.id}/confirm", data={"number": number_of(request)})


def is_let_in(stranger):
    stranger.post(WAIT)
    return stranger.get("/account/ways/").status_code == 200


@pytest.mark.parametrize("is_confirmed", [False, True])
@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("owner", "/account/ways/recovery"),
        ("owner", "/account/devices/others/end"),
        ("admin", "/accounts/{id}/sign-out"),
        ("admin", "/accounts/{id}/close"),
    ],
)
def test_a_strangers_request_ends_with_it(public_client, client_as, who, path, is_confirmed):
    ana, request = begin(public_client)
    people = {"owner": client_as(ana), "admin": client_as(Role.ADMIN)}
    if is_confirmed:
        assert say_yes(people["admin"], request).status_code == 303

    assert people[who].post(path.format(id=ana.id)).status_code in {201, 303}

    db.session.refresh(request)
    assert request.state is RecoveryState.REFUSED
    if not is_confirmed:
        assert say_yes(people["admin"], request).status_code == 409
    ana.is_active = True  # as if it were opened again
    assert not is_let_in(public_client)


def test_an_admin_takes_a_yes_back_before_it_was_used(public_client, client_as):
    _ana, request = begin(public_client)
    admin = client_as(Role.ADMIN)
    say_yes(admin, request)
    page = admin.get("/accounts/recoveries").text
    assert "They have not gone on yet." in page
    assert "Take the yes back" in page

    assert admin.post(f"/accounts/recoveries/{request.id}/refuse").status_code == 303

    assert not is_let_in(public_client)
    assert "Nobody waits." in admin.get("/accounts/recoveries").text
    assert What.ACCOUNT_RECOVERY_REFUSED in db.session.scalars(select(AuditEntry.what)).all()


def test_a_yes_that_was_used_is_not_taken_back(public_client, client_as):
    _ana, request = begin(public_client)
    admin = client_as(Role.ADMIN)
    say_yes(admin, request)
    assert is_let_in(public_client)

    assert admin.post(f"/accounts/recoveries/{request.id}/refuse").status_code == 409


def test_the_page_of_a_list_is_kept_when_something_is_decided_on_it(public_client, client_as):
    _ana, request = begin(public_client)
    answer = client_as(Role.ADMIN).post(f"/accounts/recoveries/{request.id}/refuse?page=3")

    assert answer.headers["Location"] == "/accounts/recoveries?page=3"

"""A recovery code stands in for one lost factor: alone it opens nothing. Kept slowly hashed, taken once."""

import re
from datetime import timedelta

import pytest
from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import select, update

from app.accounts import recovery_codes
from app.accounts.attempts import ACCOUNT_LIMIT
from app.accounts.permissions import Role
from app.accounts.recovery_actions import (
    HOLDS,
    WaitsNoMore,
    ask_admin,
    confirm_recovery,
    find_request,
    number_of,
    use_request,
)
from app.accounts.recovery_models import RecoveryRequest, RecoveryState
from app.accounts.sign_in import actor_of
from app.accounts.sign_in_models import RecoveryCode
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.db import db
from app.vault.keyring import fingerprint
from app.vault.retention import Kind
from app.vault.sweep import sweep
from tests.support.people import make_account
from tests.support.ways import HASH, PASSWORD, code_of, find_recovery_code, give_app, give_recovery_codes

AT, WAIT = "/sign-in/recovery", "/sign-in/recovery/waiting"
EMAIL = "ana@office.example"


def make_ana(**fields):
    return make_account(Role.MEDIATOR, email=EMAIL, **fields)


def use(client, code, **more):
    return client.post(AT, data={"email": EMAIL, "code": code, **more})


def reaches_ways(client):
    return client.get("/account/ways/").status_code == 200


def waiting():
    return db.session.scalars(select(RecoveryRequest).order_by(RecoveryRequest.id.desc())).first()


def confirm(client, request, number=None):
    at = f"/accounts/recoveries/{request.id}/confirm"
    return client.post(at, data={"number": number or number_of(request)})


def unused():
    return len(db.session.scalars(select(RecoveryCode).where(RecoveryCode.used_at.is_(None))).all())


@pytest.mark.parametrize("has_app", [True, False])
def test_who_has_a_password_or_an_app_gives_that_too(public_client, has_app):
    account = make_ana(password_hash=HASH)
    app = give_app(account) if has_app else None
    codes = give_recovery_codes(account)

    for more in ({}, {"password": "wrong"}, {"app_code": "000000"}):
        answer = use(public_client, codes[0], **more)
        assert (answer.status_code, "does not fit together" in answer.text) == (200, True)
        assert not reaches_ways(public_client)
    assert unused() == 10, "a mistake costs no code"
    assert waiting() is None, "no admin is asked in place of a password"

    proof = {"app_code": code_of(app)} if app else {"password": PASSWORD}
    assert use(public_client, codes[0], **proof).headers["Location"] == "/account/ways/"
    assert reaches_ways(public_client)
    assert unused() == 9


def test_the_second_proof_alone_is_not_enough(public_client):
    account = make_ana(password_hash=HASH)
    give_recovery_codes(account)

    assert use(public_client, "aaaaa-aaaaa", password=PASSWORD).status_code == 200
    assert not reaches_ways(public_client)


def test_who_had_only_passkeys_waits_until_an_admin_has_spoken_to_them(public_client, client_as):
    codes = give_recovery_codes(make_ana())
    admin = client_as(Role.ADMIN)

    assert use(public_client, codes[0]).headers["Location"] == WAIT
    assert not reaches_ways(public_client)
    page = public_client.get(WAIT).text
    number = re.search(r'class="code">(\d{3}) (\d{3})<', page)
    assert public_client.post(WAIT).status_code == 200
    assert not reaches_ways(public_client), "the code alone leads nowhere"

    listed = admin.get("/accounts/recoveries").text
    assert number[1] + number[2] not in listed.replace(" ", ""), "the admin has it from the person alone"
    assert confirm(admin, waiting(), f"{number[1]} {number[2]}").status_code == 303
    assert "An admin has said yes" in public_client.get(WAIT).text
    assert not reaches_ways(public_client), "looking changes nothing"

    assert public_client.post(WAIT).headers["Location"] == "/account/ways/"
    assert reaches_ways(public_client)
    assert public_client.get("/today").headers["Location"] == "/account/ways/"
    what = [What.ACCOUNT_RECOVERY_ASKED, What.ACCOUNT_RECOVERY_CONFIRMED]
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.what.in_(what))).all()) == 2


def test_the_yes_is_for_the_browser_that_showed_the_code_and_once(public_client, client_as, app):
    codes = give_recovery_codes(make_ana())
    admin = client_as(Role.ADMIN)
    use(public_client, codes[0])
    confirm(admin, waiting())
    stranger = client_as(Role.ANALYST)

    assert stranger.post(WAIT).headers["Location"] == AT, "another browser has nothing that waits"
    assert admin.post(WAIT).headers["Location"] == AT, "nor has the admin"
    with public_client.session_transaction() as kept:
        secret = kept["recovery_request"]
    public_client.post(WAIT)
    with stranger.session_transaction() as kept:
        kept["recovery_request"] = secret
    assert stranger.post(WAIT).headers["Location"] == AT, "used once"


@pytest.mark.parametrize("became", [RecoveryState.WAITING, RecoveryState.REFUSED, RecoveryState.USED])
def test_what_stands_in_the_database_at_that_moment_decides(app, became):
    """The page has read a yes; until it goes on another may have been faster."""
    request = find_request(ask_admin(make_ana(), device=""), clock.now())
    confirm_recovery(request, number_of(request), actor=actor_of(make_account(Role.ADMIN)))
    decided = None if became is RecoveryState.WAITING else clock.now()
    meanwhile = update(RecoveryRequest).values(state=became, decided_at=decided)
    db.session.execute(meanwhile.execution_options(synchronize_session=False))

    assert request.state is RecoveryState.CONFIRMED
    with pytest.raises(WaitsNoMore):
        use_request(request, clock.now())


def test_nobody_confirms_themselves_and_no_one_but_an_admin(public_client, client_as):
    account = make_account(Role.ADMIN, email=EMAIL)
    codes = give_recovery_codes(account)
    use(public_client, codes[0])

    assert confirm(client_as(account), waiting()).status_code == 409
    assert confirm(client_as(Role.COORDINATOR), waiting()).status_code == 404
    public_client.post(WAIT)
    assert not reaches_ways(public_client)


def test_the_number_is_guessed_five_times(public_client, client_as):
    codes, admin = give_recovery_codes(make_ana()), client_as(Role.ADMIN)
    use(public_client, codes[0])
    wrong = "000000" if number_of(waiting()) != "000000" else "111111"

    answers = [confirm(admin, waiting(), wrong).status_code for _ in range(ACCOUNT_LIMIT + 1)]

    assert answers == [409] * ACCOUNT_LIMIT + [429]
    assert confirm(admin, waiting()).status_code == 429


def test_a_no_a_new_beginning_and_a_day_end_it(public_client, client_as):
    codes, admin = give_recovery_codes(make_ana()), client_as(Role.ADMIN)
    use(public_client, codes[0])
    admin.post(f"/accounts/recoveries/{waiting().id}/refuse")
    assert "This ended without a yes" in public_client.get(WAIT).text

    use(public_client, codes[1])
    first = waiting()
    use(public_client, codes[2])
    assert confirm(admin, first).status_code == 409

    use(public_client, codes[3])
    confirm(admin, waiting())
    with clock.as_of(clock.now() + HOLDS):
        assert public_client.post(WAIT).headers["Location"] == AT
        assert not reaches_ways(public_client)


def test_an_operator_confirms_only_where_there_is_no_other_admin(app, public_client):
    account = make_account(Role.ADMIN, email=EMAIL)
    codes = give_recovery_codes(account)
    use(public_client, codes[0])
    run = app.test_cli_runner().invoke
    said = ["accounts", "confirm-recovery", "--email", EMAIL, "--number"]

    other = make_account(Role.ADMIN)
    db.session.commit()
    assert run(args=[*said, number_of(waiting())]).exit_code == 1
    other.is_active = False
    db.session.commit()
    assert run(args=[*said, "1"]).exit_code == 1
    assert run(args=[*said, number_of(waiting())]).exit_code == 0
    assert public_client.post(WAIT).headers["Location"] == "/account/ways/"


def test_codes_are_slow_hashes_with_one_salt_for_each_person(app, monkeypatch):
    """One hashing for each try, not ten; and the same code of another person is kept otherwise."""
    ana, ben = make_ana(), make_account(Role.MEDIATOR)
    codes = give_recovery_codes(ana)
    give_recovery_codes(ben)
    rows = db.session.scalars(select(RecoveryCode).where(RecoveryCode.account_id == ana.id)).all()
    salts = set(db.session.scalars(select(RecoveryCode.salt)))
    assert (len({row.salt for row in rows}), len(salts)) == (1, 2)
    assert all(len(bytes.fromhex(salt)) >= 16 for salt in salts)
    keyed = fingerprint("recovery_code", f"{ana.id}|{codes[0].replace('-', '')}")
    expected = hash_secret_raw(
        keyed.encode(), bytes.fromhex(rows[0].salt), 2, 19 * 1024, 1, 32, type=Type.ID
    ).hex()
    assert expected in {row.code_print for row in rows}

    calls = []
    slowly = recovery_codes.hash_secret_raw
    monkeypatch.setattr(recovery_codes, "hash_secret_raw", lambda *a, **k: calls.append(1) or slowly(*a, **k))
    for person in (ana, ben, None):
        find_recovery_code(person, codes[0])
    assert len(calls) == 3, "once for each, for nobody too"


def test_of_two_who_show_a_code_at_once_one_is_believed(app):
    codes = give_recovery_codes(ana := make_ana())
    code_id = find_recovery_code(ana, codes[0])
    db.session.execute(update(RecoveryCode).where(RecoveryCode.id == code_id).values(used_at=clock.now()))

    assert not recovery_codes.use_code(code_id)


def test_a_request_is_deleted_after_a_month(public_client):
    codes = give_recovery_codes(make_ana())
    use(public_client, codes[0])
    first = waiting().id

    counts = sweep(clock.now() + timedelta(days=31))

    assert counts[Kind.RECOVERY_REQUEST] == 1
    assert db.session.scalars(select(RecoveryRequest.id).where(RecoveryRequest.id == first)).all() == []

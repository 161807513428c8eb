"""A passkey whose row somebody changed or put into the database signs nobody in."""

import pytest
from sqlalchemy import select, update

from app.accounts.commands import check_passkeys
from app.accounts.notice_models import NoticeKind, SignInNotice
from app.accounts.passkey_seals import SealedAlready, is_whole, seal_all, seal_of
from app.accounts.passkeys import NotThisPasskey, Site, check_shown
from app.accounts.permissions import Role
from app.accounts.sign_in_models import Passkey
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import SYSTEM
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from tests.support.people import make_account

SITE = Site("localhost", "http://localhost:5000")


def make_passkey(account=None, *, is_sealed=True, **fields):
    """A passkey as the product makes it; `is_sealed=False` is one from before there were seals."""
    account = account or make_account(Role.COORDINATOR)
    values = {
        "credential_id": account.id.encode(),
        "public_key": b"its own",
        "sign_count": 0,
        "name": "a phone",
    }
    passkey = Passkey(id=new_id(), account_id=account.id, made_at=clock.now(), **values | fields)
    passkey.seal = seal_of(passkey) if is_sealed else None
    db.session.add(passkey)
    db.session.flush()
    return passkey


def run(app, *args):
    db.session.commit()
    return app.test_cli_runner().invoke(args=args)


@pytest.mark.parametrize(
    "changed",
    [
        {"public_key": b"a thief's"},
        {"credential_id": b"a thief's"},
        {"account_id": "another"},
        {"seal": None},
        {"seal": "0" * 64},
    ],
)
def test_a_changed_row_is_refused_at_each_use_and_stands_on_the_trail(app, changed):
    passkey = make_passkey()
    assert is_whole(passkey)
    owner_id = make_account(Role.ADMIN).id if "account_id" in changed else passkey.account_id
    values = changed | ({"account_id": owner_id} if "account_id" in changed else {})
    db.session.execute(update(Passkey).where(Passkey.id == passkey.id).values(**values))
    db.session.refresh(passkey)

    with pytest.raises(NotThisPasskey):
        check_shown(passkey, "{}", b"asked", SITE, clock.now())

    assert not is_whole(passkey)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.what == What.ACCOUNT_PASSKEY_BROKEN)).one()
    assert (entry.subject_id, entry.facts["key_id"]) == (owner_id, passkey.id)
    told = db.session.scalars(select(SignInNotice)).one()
    assert (told.account_id, told.kind) == (owner_id, NoticeKind.PASSKEY_BROKEN)


def test_a_copied_row_is_not_the_passkey_of_another(app):
    passkey, victim = make_passkey(), make_account(Role.ADMIN)
    copied = make_passkey(victim, credential_id=b"copied")
    copied.public_key, copied.seal = passkey.public_key, passkey.seal

    assert not is_whole(copied)


def test_passkeys_from_before_are_sealed_once_and_never_blessed_afterwards(app):
    old = make_passkey(is_sealed=False)
    assert not is_whole(old), "until then it signs nobody in"

    first = run(app, "accounts", "seal-passkeys")
    assert (first.exit_code, "Passkeys sealed: 1." in first.output) == (0, True)
    db.session.refresh(old)
    assert is_whole(old)

    put_there = make_passkey(is_sealed=False)
    again = run(app, "accounts", "seal-passkeys")
    db.session.refresh(put_there)
    assert put_there.seal is None
    assert "1 were changed or put into the database by somebody" in again.output
    assert put_there.account_id in again.output
    with pytest.raises(SealedAlready):
        seal_all(actor=SYSTEM)


def test_the_doctor_says_how_passkeys_stand(app):
    assert check_passkeys() == "Passkeys: each as it was made."
    make_passkey(is_sealed=False)
    assert "not sealed yet" in check_passkeys()
    run(app, "accounts", "seal-passkeys")
    assert check_passkeys() == "Passkeys: each as it was made."

"""Recovery codes on paper and passkeys from before: after the upgrade, and on the way down."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import func, inspect, select, text

from app import create_app
from app.accounts.models import Account
from app.accounts.passkey_seals import is_whole, seal_all
from app.accounts.permissions import Role
from app.accounts.sign_in_models import Passkey, RecoveryCode
from app.audit.trail import SYSTEM
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.foundation.settings import Settings
from app.vault.keyring import fingerprint
from tests.guards.history import MIGRATIONS
from tests.support.databases import KINDS
from tests.support.people import make_account
from tests.support.ways import find_recovery_code

pytestmark = pytest.mark.slow
CODES = ("abcde-fghjk", "mnpqr-stvwx")


@pytest.fixture(params=KINDS)
def old(
    request: pytest.FixtureRequest, new_database_url: Callable[[str], str], tmp_path: Path
) -> Iterator[Flask]:
    """A database of the time before, with two people, each with their codes and a passkey."""
    settings = Settings.for_tests(database_url=new_database_url(request.param), instance_path=tmp_path)
    app = create_app(settings)
    with app.app_context():
        go_to(app, "0012")
        for name in ("ana", "ben"):
            put_person(name)
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


def go_to(app: Flask, revision: str) -> None:
    db.session.commit()
    db.session.remove()
    config = app.extensions["migrate"].migrate.get_config(str(MIGRATIONS))
    with db.engine.connect() as connection:
        is_above = inspect(connection).has_table("sign_in_notices")
    (command.downgrade if is_above and revision != "head" else command.upgrade)(config, revision)


def put_person(name: str) -> None:
    """As the code from before has made them: a keyed fingerprint of each code, and no seal."""
    account = make_account(Role.MEDIATOR, email=f"{name}@office.example", name=name)
    values = {"account": account.id, "now": clock.now()}
    for code in CODES:
        db.session.execute(
            text(
                "INSERT INTO recovery_codes (id, account_id, code_print, made_at)"
                " VALUES (:id, :account, :print, :now)"
            ),
            values | {"id": new_id(), "print": old_print(account, code)},
        )
    db.session.execute(
        text(
            "INSERT INTO passkeys (id, account_id, credential_id, public_key, sign_count, name, made_at)"
            " VALUES (:id, :account, :credential, :key, 0, 'a phone', :now)"
        ),
        values | {"id": new_id(), "credential": name.encode(), "key": b"key"},
    )


def old_print(account: Account, code: str) -> str:
    return fingerprint("recovery_code", f"{account.id}|{code.replace('-', '')}")


def test_a_code_on_paper_works_after_the_upgrade_and_its_owner_alone_has_it(old):
    go_to(old, "head")

    ana, ben = db.session.scalars(select(Account).order_by(Account.name))
    for person in (ana, ben):
        assert all(find_recovery_code(person, code) for code in CODES)
        assert find_recovery_code(person, "aaaaa-aaaaa") is None
    salts = set(db.session.scalars(select(RecoveryCode.salt)))
    assert len(salts) == 2, "one for each person"
    kept = set(db.session.scalars(select(RecoveryCode.code_print)))
    assert old_print(ana, CODES[0]) not in kept


def test_a_passkey_from_before_is_no_way_in_until_it_was_sealed(old):
    go_to(old, "head")
    assert not any(is_whole(one) for one in db.session.scalars(select(Passkey)))

    assert seal_all(actor=SYSTEM) == 2

    assert all(is_whole(one) for one in db.session.scalars(select(Passkey)))


def test_on_the_way_down_codes_end_and_passkeys_stay(old):
    go_to(old, "head")
    go_to(old, "0012")

    assert db.session.scalar(text("SELECT count(*) FROM passkeys")) == 2
    assert db.session.scalar(text("SELECT count(*) FROM recovery_codes")) == 0
    go_to(old, "head")
    assert db.session.scalar(select(func.count()).select_from(Passkey)) == 2

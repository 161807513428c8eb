"""Keys from before they had rows of their own: they open after, and after the way down, and up again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import JSON, Column, DateTime, Integer, LargeBinary, MetaData, String, Table, select, text

from app import create_app
from app.accounts.clients import NotSigned
from app.accounts.key_actions import add_key, revoke_client, revoke_key
from app.accounts.models import DispatchClient
from app.audit.models import AuditEntry
from app.audit.trail import SYSTEM
from app.delivery.destinations import headers_for, rotate_secret
from app.delivery.models import Destination
from app.delivery.signatures import check, new_key_pair, new_secret
from app.foundation import clock, copies
from app.foundation.db import db
from app.foundation.ids import new_id
from app.foundation.settings import Settings
from app.referrals.models import ReferralMessage
from app.vault import sealing
from app.vault.access import Use
from app.vault.models import DataKey, KeyPurpose
from tests.guards.history import MIGRATIONS, scripts
from tests.support.databases import KINDS
from tests.support.old_seals import put_old_key, seal_as_before
from tests.support.signed import read_signed

KEYS = next(one for one in scripts().walk_revisions() if "keys_with_rows" in Path(str(one.path)).name)
BEFORE, AFTER = str(KEYS.down_revision), "head"  # the models are those of the head

pytestmark = pytest.mark.slow


def old_table(name: str, *more: Column[Any]) -> Table:
    """A table as it was when a secret was a column of it."""
    columns = (
        Column("id", String(26), primary_key=True),
        Column("key_id", String(26)),
        Column("secret_sealed", LargeBinary),
        Column("created_at", DateTime(timezone=True)),
    )
    return Table(name, MetaData(), *columns, *more)


CLIENTS = old_table(
    "dispatch_clients",
    Column("agency", String),
    Column("purpose", String),
    Column("destination_id", String),
    Column("revoked_at", DateTime(timezone=True)),
)
DESTINATIONS = old_table("destinations", Column("name", String), Column("url", String))


PURPOSES = {"dispatch_clients": "dispatch client", "destinations": "destination"}


@dataclass
class Database:
    """One database and the way through its migrations."""

    app: Flask

    def go_to(self, revision: str) -> None:
        """Up or down to a revision."""
        db.session.commit()
        db.session.remove()
        copies.forget_all()
        config = self.app.extensions["migrate"].migrate.get_config(str(MIGRATIONS))
        (command.downgrade if revision == BEFORE else command.upgrade)(config, revision)

    def put(self, table: Table, **more: Any) -> tuple[str, str]:
        """A row with a secret in its column, as it was sealed before; its id and its secret."""
        row_id, secret, (key_id, key) = new_id(), new_secret(), put_old_key(PURPOSES[table.name])
        sealed = seal_as_before(key, table.name, "secret_sealed", row_id, secret)
        values = {"id": row_id, "key_id": key_id, "secret_sealed": sealed, "created_at": clock.now()}
        db.session.execute(table.insert().values(**values, **more))
        return row_id, secret

    def put_client(self, **more: Any) -> tuple[str, str]:
        return self.put(CLIENTS, agency="psap.example.gov", purpose="dispatch", **more)

    def secret_in(self, table: Table, row_id: str) -> str:
        """What the code from before would sign or check with."""
        row = db.session.execute(select(table).where(table.c.id == row_id)).one()
        wrapped = text("SELECT wrapped FROM data_keys WHERE id = :id")
        key = DataKey(
            id=row.key_id,
            purpose=KeyPurpose.CLIENT,
            wrapped=db.session.scalar(wrapped, {"id": row.key_id}),
        )
        return sealing.unseal_with(
            key, table.name, "secret_sealed", row_id, row.secret_sealed, by=Use.INTEGRITY
        )


@pytest.fixture(params=KINDS)
def database(
    request: pytest.FixtureRequest, new_database_url: Callable[[str], str], tmp_path: Path
) -> Iterator[Database]:
    """A database of the time before, with no rows."""
    settings = Settings.for_tests(database_url=new_database_url(request.param), instance_path=tmp_path)
    app = create_app(settings)
    with app.app_context():
        config = app.extensions["migrate"].migrate.get_config(str(MIGRATIONS))
        command.upgrade(config, BEFORE)
        yield Database(app)
        db.session.remove()
        db.engine.dispose()


MESSAGES = Table(
    "referral_messages",
    MetaData(),
    *(
        Column(name, String)
        for name in ("id", "client_id", "message_id", "kind", "media_type", "body_digest")
    ),
    Column("key_id", String),
    Column("answer", JSON),
    Column("received_at", DateTime(timezone=True)),
    Column("body_sealed", LargeBinary),
    Column("answer_status", Integer),
)


def put_message(client_id: str) -> None:
    """A message from before, as far as its client and its key go."""
    key_id = db.session.scalar(select(CLIENTS.c.key_id).where(CLIENTS.c.id == client_id))
    words = {"kind": "create", "media_type": "x", "body_digest": "x", "answer": {}, "body_sealed": b"x"}
    more = {"id": new_id(), "client_id": client_id, "message_id": "msg_1", "key_id": key_id}
    values = {**words, **more, "received_at": clock.now(), "answer_status": 201}
    db.session.execute(MESSAGES.insert().values(**values))


def client(client_id: str) -> DispatchClient:
    return db.session.get_one(DispatchClient, client_id)


def signs(key: str, destination_id: str) -> bool:
    """Whether what we send there is signed with this key."""
    destination, now = db.session.get_one(Destination, destination_id), clock.now()
    headers = headers_for(destination, "msg_1", b"{}", now)
    told = {"message_id": "msg_1", "timestamp": headers["webhook-timestamp"], "body": b"{}", "now": now}
    return check(key, signatures=headers["webhook-signature"], **told) is None


def test_secrets_from_before_open_after_and_after_down_and_up(database: Database) -> None:
    client_id, secret = database.put_client()
    destination_id, callback_secret = database.put(DESTINATIONS, name="CAD", url="http://localhost:9")

    for _ in range(2):
        database.go_to(AFTER)
        assert read_signed(secret).client_id == client_id
        assert signs(callback_secret, destination_id)
        database.go_to(BEFORE)
        assert database.secret_in(CLIENTS, client_id) == secret
        assert database.secret_in(DESTINATIONS, destination_id) == callback_secret


def test_the_way_down_keeps_the_newest_secret_and_up_again_it_holds(database: Database) -> None:
    client_id, first = database.put_client()
    destination_id, _ = database.put(DESTINATIONS, name="CAD", url="http://localhost:9")
    database.go_to(AFTER)
    _, newest = add_key(client(client_id), public_key=None, actor=SYSTEM)
    add_key(client(client_id), public_key=new_key_pair()[1], actor=SYSTEM)
    revoke_key(client(client_id).keys[0], actor=SYSTEM)
    callback_secret = rotate_secret(db.session.get_one(Destination, destination_id), actor=SYSTEM)

    database.go_to(BEFORE)
    assert database.secret_in(CLIENTS, client_id) == newest
    assert database.secret_in(DESTINATIONS, destination_id) == callback_secret
    database.go_to(AFTER)
    assert read_signed(str(newest)).client_id == client_id
    assert signs(callback_secret, destination_id)
    with pytest.raises(NotSigned):
        read_signed(first)


@pytest.mark.parametrize("left", ["a key pair", "a key that ends", "nothing"])
def test_who_has_no_secret_that_lasts_is_off_after_the_way_down(database: Database, left: str) -> None:
    """The tables before cannot say what such a key may do, and no key comes back to life."""
    client_id, secret = database.put_client()
    database.go_to(AFTER)
    revoke_key(client(client_id).keys[0], actor=SYSTEM)
    if left == "a key pair":
        add_key(client(client_id), public_key=new_key_pair()[1], actor=SYSTEM)
    if left == "a key that ends":
        add_key(client(client_id), public_key=None, expires_at=clock.now().replace(year=2100), actor=SYSTEM)

    database.go_to(BEFORE)
    revoked_at = db.session.scalar(select(CLIENTS.c.revoked_at).where(CLIENTS.c.id == client_id))
    assert revoked_at is not None
    database.go_to(AFTER)
    with pytest.raises(NotSigned):
        read_signed(secret)


def test_who_was_taken_off_stays_off_all_the_way(database: Database) -> None:
    client_id, secret = database.put_client()
    database.go_to(AFTER)
    revoke_client(client(client_id), actor=SYSTEM)
    database.go_to(BEFORE)
    database.go_to(AFTER)

    assert [key.revoked_at is None for key in client(client_id).keys] == [False]
    with pytest.raises(NotSigned):
        read_signed(secret)


def test_a_message_from_before_names_its_clients_first_key(database: Database) -> None:
    client_id, _ = database.put_client()
    put_message(client_id)

    for _ in range(2):
        database.go_to(AFTER)
        message = db.session.scalars(select(ReferralMessage)).one()
        assert (message.client_id, message.signing_key_id) == (client_id, client(client_id).keys[0].id)
        database.go_to(BEFORE)
        assert db.session.scalars(select(MESSAGES.c.client_id)).all() == [client_id]


def test_the_trail_takes_what_is_new_and_keeps_it_on_the_way_down(database: Database) -> None:
    client_id, _ = database.put_client()
    database.go_to(AFTER)
    add_key(client(client_id), public_key=None, actor=SYSTEM)
    rows = select(AuditEntry.id)
    kept = db.session.scalars(rows).all()
    database.go_to(BEFORE)
    database.go_to(AFTER)

    assert db.session.scalars(rows).all() == kept

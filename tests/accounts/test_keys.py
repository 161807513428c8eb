"""The keys of a client: several at a time, each for its purpose, each taken back at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.accounts.actions import NewClient, create_client
from app.accounts.clients import NotPermitted, NotSigned, read_known_signature
from app.accounts.key_actions import ClientRevoked, NotAKey, add_key, revoke_client, revoke_key
from app.accounts.models import ClientKey
from app.accounts.purposes import Asked, Purpose
from app.audit.trail import SYSTEM
from app.delivery.signatures import Algorithm, new_key_pair, sign
from app.foundation import clock
from app.foundation.db import db
from app.vault import sealing
from app.vault.access import Use
from app.vault.columns import Ciphertext
from tests.support.signed import BODY, read_signed

RAW = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
Register = Callable[..., NewClient]


@pytest.fixture
def register(app: Flask) -> Register:
    """Registers a client: register(purpose="monitoring")."""

    def make(purpose: str = "dispatch", public_key: str | None = None, agency: str = "psap.example.gov"):
        made = create_client(
            agency=agency, purpose=purpose, public_key=public_key, callback_url=None, actor=SYSTEM
        )
        db.session.commit()
        return made

    return make


def refusal(keys: str | list[str], **kwargs: object) -> str:
    """The slug that a message signed by these keys is refused with."""
    with pytest.raises(NotSigned) as refused:
        read_signed(keys, **kwargs)  # type: ignore[arg-type]  # what `read_signed` takes
    return refused.value.slug


@pytest.mark.parametrize("is_named", [True, False])
def test_a_client_that_signs_by_its_own_pair_is_known_by_its_public_key(
    register: Register, is_named: bool
) -> None:
    private, public = new_key_pair()
    register()
    made = register(public_key=public)

    read = read_signed(private, client_id=made.client.id if is_named else None)

    assert (read.client_id, read.key_id, made.secret) == (made.client.id, made.client.keys[0].id, "")
    assert refusal(new_key_pair()[0]) == "bad-signature"


def test_while_keys_are_changed_old_and_new_hold_and_the_newest_is_named(register: Register) -> None:
    made = register()
    private, public = new_key_pair()
    second, secret = add_key(made.client, public_key=None, actor=SYSTEM)
    third, _ = add_key(made.client, public_key=public, actor=SYSTEM)

    assert secret
    assert [key.algorithm for key in made.client.keys] == [Algorithm.V1, Algorithm.V1, Algorithm.V1A]
    assert read_signed(made.secret).key_id == made.client.keys[0].id
    assert read_signed(secret).key_id == second.id
    assert read_signed([made.secret, secret, private]).key_id == third.id


def test_a_key_that_was_taken_back_is_refused_and_the_others_hold(register: Register) -> None:
    made = register()
    _, secret = add_key(made.client, public_key=None, actor=SYSTEM)
    revoke_key(made.client.keys[0], actor=SYSTEM)

    assert refusal(made.secret) == "bad-signature"
    assert refusal(made.secret, client_id=made.client.id) == "bad-signature"
    assert read_signed([made.secret, str(secret)]).client_id == made.client.id


def test_a_key_holds_until_its_end_even_for_who_still_has_a_copy_of_it(register: Register) -> None:
    made, end = register(), clock.now() + timedelta(days=1)
    _, secret = add_key(made.client, public_key=None, expires_at=end, actor=SYSTEM)
    db.session.commit()
    before, at = sign(str(secret), "msg_1", end, BODY), end - timedelta(seconds=1)

    assert read_known_signature(before, BODY, at).client_id == made.client.id
    with clock.as_of(end), pytest.raises(NotSigned):
        read_known_signature(before, BODY, end)


def test_a_client_that_was_taken_off_has_no_key_left_and_gets_none(register: Register) -> None:
    made = register()
    private, public = new_key_pair()
    add_key(made.client, public_key=public, actor=SYSTEM)
    revoke_client(made.client, actor=SYSTEM)

    assert all(key.revoked_at for key in made.client.keys)
    assert [refusal(key) for key in (made.secret, private)] == ["unknown-key"] * 2
    with pytest.raises(ClientRevoked):
        add_key(made.client, public_key=None, actor=SYSTEM)


def test_a_public_key_is_one_clients_and_does_not_come_back(register: Register) -> None:
    _, public = new_key_pair()
    made = register(public_key=public)
    revoke_key(made.client.keys[0], actor=SYSTEM)

    for owner in (made.client, register().client):
        with pytest.raises(NotAKey):
            add_key(owner, public_key=public, actor=SYSTEM)


@pytest.mark.parametrize("given", ["whsec_" + RAW, "whsk_" + RAW, "whpk_" + RAW[1:], "whpk_", "a key"])
def test_what_is_no_public_key_is_refused_without_being_repeated(register: Register, given: str) -> None:
    with pytest.raises(NotAKey) as refused:
        register(public_key=given)
    assert given[5:] not in str(refused.value) or not given[5:]


def test_a_key_for_monitoring_looks_and_tells_nothing(register: Register) -> None:
    watching = register(purpose="monitoring")

    assert read_signed(watching.secret, asked=Asked.LOOK).purpose is Purpose.MONITORING
    with pytest.raises(NotPermitted) as refused:
        read_signed(watching.secret, asked=Asked.TELL)
    assert (refused.value.status, refused.value.slug) == (403, "not-permitted")


def test_a_door_that_does_not_say_what_it_asks_asks_for_everything(register: Register) -> None:
    watching = register(purpose="monitoring")
    headers = sign(watching.secret, "msg_1", clock.now(), BODY)

    with pytest.raises(NotPermitted):
        read_known_signature(headers, BODY, clock.now())


def test_nobody_is_registered_for_what_has_no_name(register: Register) -> None:
    with pytest.raises(ValueError, match="police"):
        register(purpose="police")


def test_a_damaged_key_holds_for_nothing_and_stops_no_other(register: Register) -> None:
    broken, whole = register(), register()
    key = broken.client.keys[0]
    key.secret_sealed = Ciphertext(reversed(key.secret_sealed or b""))
    db.session.flush()

    assert read_signed(whole.secret).client_id == whole.client.id
    assert refusal(broken.secret) == "bad-signature"
    assert refusal(broken.secret, client_id=broken.client.id) == "unknown-key"


def test_a_sealed_secret_opens_for_its_own_client_only(register: Register) -> None:
    one, other = register().client, register().client
    sealed = one.keys[0].secret_sealed
    bound = ("dispatch_clients", "secret_sealed")

    assert sealing.unseal(one.key_id, *bound, one.id, sealed, by=Use.INTEGRITY).startswith("whsec_")
    with pytest.raises(InvalidTag):
        sealing.unseal(one.key_id, *bound, other.id, sealed, by=Use.INTEGRITY)


@pytest.mark.parametrize(
    "fields", [{}, {"secret_sealed": Ciphertext(b"1"), "public_key": "whpk_1"}, {"public_key": "whpk_1"}]
)
def test_the_database_takes_no_key_that_is_neither_secret_nor_public(
    register: Register, fields: dict
) -> None:
    client = register().client
    db.session.add(ClientKey(client_id=client.id, algorithm=Algorithm.V1, created_at=clock.now(), **fields))
    with pytest.raises(IntegrityError):
        db.session.flush()

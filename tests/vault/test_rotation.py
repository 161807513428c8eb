"""The operator's key changes: data keys are wrapped anew, what they seal stays as it is and opens."""

from collections.abc import Iterator

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy import select

from app.audit.trail import SYSTEM
from app.foundation.db import db
from app.vault import keyring, rotation
from app.vault.access import Use
from app.vault.models import DataKey, KeyPurpose
from app.vault.sealing import destroy_key, new_key, seal, unseal
from tests.support.old_seals import KEY_ENCRYPTION_KEY, put_old_key, seal_as_before

NEW_KEY, BLIND = b"n" * 32, b"b" * 32
PLACE = ("inputs", "words_sealed", "row-1")


@pytest.fixture(autouse=True)
def operators_keys(app: Flask) -> Iterator[None]:
    """Puts the operator's keys back afterwards."""
    yield
    keyring.load_keys(key_encryption_key=KEY_ENCRYPTION_KEY, blind_index_key=BLIND)


def give_new_key(*old: bytes) -> None:
    keyring.load_keys(key_encryption_key=NEW_KEY, blind_index_key=BLIND, old_key_encryption_keys=old)


def rotate_all() -> int:
    done = 0
    while count := rotation.rotate_batch(actor=SYSTEM):
        done += count
        db.session.commit()
    return done


@pytest.mark.parametrize("made", ["now", "before keys had names"])
def test_after_the_rotation_the_old_key_can_go(app, made):
    if made == "now":
        key_id = new_key(KeyPurpose.INPUT)
        sealed = seal(key_id, *PLACE, "la cerca")
    else:
        key_id, secret = put_old_key("input")
        sealed = seal_as_before(secret, *PLACE, "la cerca")
    db.session.commit()
    give_new_key(KEY_ENCRYPTION_KEY)
    assert unseal(key_id, *PLACE, sealed, by=Use.INTEGRITY) == "la cerca"
    assert rotation.count_stale() == 1

    assert rotate_all() == 1

    give_new_key()
    db.session.expire_all()
    assert (rotation.count_stale(), rotation.count_lost()) == (0, 0)
    assert unseal(key_id, *PLACE, sealed, by=Use.INTEGRITY) == "la cerca"


def test_more_keys_than_a_batch_holds_are_all_wrapped_anew(app, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 3)
    for _ in range(7):
        new_key(KeyPurpose.CASE)
    give_new_key(KEY_ENCRYPTION_KEY)

    assert rotate_all() == 7
    assert set(db.session.scalars(select(DataKey.wrapped_by))) == {keyring.id_of(NEW_KEY)}


def test_a_key_made_while_it_runs_is_wrapped_by_the_new_one(app):
    give_new_key(KEY_ENCRYPTION_KEY)
    new_key(KeyPurpose.CASE)

    assert rotation.count_stale() == 0


def test_a_destroyed_key_stays_destroyed(app):
    key_id = new_key(KeyPurpose.CASE)
    destroy_key(key_id, "retention")
    db.session.flush()
    give_new_key(KEY_ENCRYPTION_KEY)

    assert rotate_all() == 0
    assert db.session.get_one(DataKey, key_id).wrapped is None


def test_without_the_old_key_nothing_is_changed_and_it_is_said(app):
    key_id = new_key(KeyPurpose.CASE)
    db.session.commit()
    before = db.session.get_one(DataKey, key_id).wrapped
    give_new_key()

    assert rotation.count_lost() == 1
    with pytest.raises(InvalidTag):
        rotation.rotate_batch(actor=SYSTEM)
    db.session.rollback()
    assert db.session.get_one(DataKey, key_id).wrapped == before


def test_what_was_sealed_before_opens_in_its_place_alone(app):
    key_id, secret = put_old_key("input")
    sealed = seal_as_before(secret, *PLACE, "la cerca")

    assert unseal(key_id, *PLACE, sealed, by=Use.INTEGRITY) == "la cerca"
    with pytest.raises(InvalidTag):
        unseal(key_id, "inputs", "place_sealed", "row-1", sealed, by=Use.INTEGRITY)


@pytest.mark.parametrize("head", [b"\x02\x02", b"\x03\x01", b"\x00\x01"])
def test_a_version_or_an_algorithm_that_we_do_not_know_does_not_open(app, head):
    key_id = new_key(KeyPurpose.INPUT)
    sealed = seal(key_id, *PLACE, "la cerca")

    with pytest.raises(InvalidTag):
        unseal(key_id, *PLACE, head + sealed[2:], by=Use.INTEGRITY)

"""Sealed fields open only where they belong, only with the operator's key, and never once destroyed."""

from collections.abc import Iterator

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.foundation.db import db
from app.vault import keyring
from app.vault.access import Use
from app.vault.keyring import fingerprint
from app.vault.models import DataKey, KeyPurpose
from app.vault.sealing import KeyDestroyed, destroy_key, new_key, seal, unseal

WORDS = "Ella dijo: «la cerca» 🙂"
PLACE = ("cases", "note_sealed", "row-1")


@pytest.fixture
def key_id(app: Flask) -> str:
    return new_key(KeyPurpose.CASE)


@pytest.fixture
def operators_keys(app: Flask) -> Iterator[None]:
    """Puts the operator's keys back after a test that loads others."""
    yield
    settings = app.extensions["settings"]
    keyring.load_keys(
        key_encryption_key=settings.key_encryption_key, blind_index_key=settings.blind_index_key
    )


def test_what_is_sealed_opens_in_its_place(key_id: str) -> None:
    sealed = seal(key_id, *PLACE, WORDS)

    assert unseal(key_id, *PLACE, sealed, by=Use.INTEGRITY) == WORDS
    assert b"cerca" not in sealed
    assert unseal(key_id, *PLACE, None, by=Use.INTEGRITY) == ""


def test_the_same_words_never_look_the_same(key_id: str) -> None:
    assert seal(key_id, *PLACE, WORDS) != seal(key_id, *PLACE, WORDS)


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("parties", "note_sealed", "row-1"),
        ("cases", "address_sealed", "row-1"),
        ("cases", "note_sealed", "row-2"),
    ],
)
def test_moved_to_another_place_it_does_not_open(key_id: str, elsewhere: tuple[str, str, str]) -> None:
    sealed = seal(key_id, *PLACE, WORDS)
    with pytest.raises(InvalidTag):
        unseal(key_id, *elsewhere, sealed, by=Use.INTEGRITY)


def test_the_key_of_another_record_does_not_open_it(key_id: str) -> None:
    sealed = seal(key_id, *PLACE, WORDS)
    with pytest.raises(InvalidTag):
        unseal(new_key(KeyPurpose.CASE), *PLACE, sealed, by=Use.INTEGRITY)


@pytest.mark.parametrize("position", [1, 13, -1])
def test_one_changed_byte_and_it_does_not_open(key_id: str, position: int) -> None:
    changed = bytearray(seal(key_id, *PLACE, WORDS))
    changed[position] ^= 1
    with pytest.raises(InvalidTag):
        unseal(key_id, *PLACE, bytes(changed), by=Use.INTEGRITY)


def test_the_database_alone_opens_nothing(key_id: str, operators_keys: None) -> None:
    sealed = seal(key_id, *PLACE, WORDS)
    keyring.load_keys(key_encryption_key=b"x" * 32, blind_index_key=b"b" * 32)
    with pytest.raises(InvalidTag):
        unseal(key_id, *PLACE, sealed, by=Use.INTEGRITY)


def test_a_wrapped_key_put_into_another_row_does_not_open(key_id: str) -> None:
    other = db.session.get_one(DataKey, new_key(KeyPurpose.CASE))
    other.wrapped = db.session.get_one(DataKey, key_id).wrapped
    with pytest.raises(InvalidTag):
        seal(other.id, *PLACE, WORDS)


def test_destroyed_is_a_tombstone(key_id: str) -> None:
    sealed = seal(key_id, *PLACE, WORDS)
    destroy_key(key_id, "retention")
    db.session.flush()
    db.session.expire_all()
    row = db.session.get_one(DataKey, key_id)

    assert (row.wrapped, row.destroyed_reason) == (None, "retention")
    assert row.destroyed_at is not None
    for act in (
        lambda: unseal(key_id, *PLACE, sealed, by=Use.INTEGRITY),
        lambda: seal(key_id, *PLACE, WORDS),
        lambda: destroy_key(key_id, "again"),
    ):
        with pytest.raises(KeyDestroyed) as caught:
            act()
        assert (caught.value.status, caught.value.code) == (410, "destroyed")


def test_a_key_that_was_never_there_is_not_a_key(app: Flask) -> None:
    with pytest.raises(KeyDestroyed):
        seal("0" * 26, *PLACE, WORDS)


def test_the_database_keeps_no_key_of_a_destroyed_record(key_id: str) -> None:
    """Not even when somebody writes the mark by hand and leaves the key."""
    with pytest.raises(IntegrityError):
        db.session.execute(
            text("UPDATE data_keys SET destroyed_at = '2026-11-21 12:00:00' WHERE id = :id"), {"id": key_id}
        )


def test_a_fingerprint_finds_the_same_and_is_of_one_kind(app: Flask) -> None:
    assert fingerprint("callback", "555-0142") == fingerprint("callback", "555-0142")
    assert fingerprint("callback", "555-0142") != fingerprint("callback", "555-0143")
    assert fingerprint("callback", "555-0142") != fingerprint("sign_in", "555-0142")


def test_a_fingerprint_cannot_be_made_without_the_key(operators_keys: None) -> None:
    before = fingerprint("callback", "555-0142")
    keyring.load_keys(key_encryption_key=b"k" * 32, blind_index_key=b"x" * 32)

    assert fingerprint("callback", "555-0142") != before

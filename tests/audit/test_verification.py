"""Verifying: what counts as sound, as damaged and as not known, whatever somebody wrote into the rows."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select, text

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit import chain
from app.audit.catalogue import What
from app.audit.checkpoints import Signer
from app.audit.damage import Kind
from app.audit.digests import START, digest_over, said_by
from app.audit.models import AuditEntry
from app.audit.verification import verify_all
from app.audit.witness import standing
from app.cases import actions
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.vault import sealing
from app.vault.models import DataKey
from tests.support.cases import assign_to, make_case, make_party
from tests.support.people import make_account
from tests.support.tampering import (
    OFFICE,
    SIGNER,
    disarm,
    make_linker,
    make_trail,
    note,
    take_out,
)

NEXT = Signer.of(b"n" * 32, OFFICE)


@pytest.fixture
def file(app: Flask, tmp_path: Path) -> Path:
    return tmp_path / "witness.jsonl"


Spoil = Callable[[str], str | None]
SPOILT: list[tuple[Spoil, str]] = [
    (lambda _: None, "No such file"),
    (lambda _: "", "no checkpoint"),
    (lambda _: "é\n", "no file of checkpoints"),
    (lambda said: "{}\n" + said, "Line 1 of witness.jsonl"),
    (lambda said: said.replace('"position":20', '"position":21'), "signature"),
    (lambda said: "\n".join(reversed(said.splitlines())) + "\n", "should stand"),
]


@pytest.mark.parametrize(("spoil", "says"), SPOILT)
def test_a_witness_that_cannot_be_read_is_not_known_and_no_yes(file: Path, spoil: Spoil, says: str) -> None:
    make_trail(file, 30)
    spoilt = spoil(file.read_text())
    file.unlink()
    if spoilt is not None:
        file.write_text(spoilt)

    report = verify_all(SIGNER.public_key, file)

    assert report.damages == []
    assert says in (report.unknown or "")


def test_a_witness_signed_by_somebody_else_is_not_believed(file: Path) -> None:
    make_trail(file, 30)

    assert "not signed with this key" in (verify_all(NEXT.public_key, file).unknown or "")


def test_checkpoints_that_somebody_signed_with_a_key_of_their_own_are_seen_without_a_witness(
    app: Flask,
) -> None:
    make_trail(None, 30)
    disarm()
    db.session.execute(text("DELETE FROM audit_checkpoints"))
    db.session.commit()
    make_linker(None, NEXT).link(clock.now())

    assert verify_all(NEXT.public_key).damages == []
    assert verify_all(SIGNER.public_key).damages[0].kind is Kind.CHECKPOINT


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_checkpoints WHERE number = 2",
        "DELETE FROM audit_checkpoints WHERE number = 4",
        "UPDATE audit_checkpoints SET line = 'x' WHERE number = 2",
        "UPDATE audit_checkpoints SET position = 19 WHERE number = 2",
    ],
)
def test_a_checkpoint_that_was_changed_or_taken_out_is_found(file: Path, statement: str) -> None:
    make_trail(file, 40)
    disarm()
    db.session.execute(text(statement))

    assert {one.kind for one in verify_all(SIGNER.public_key, file).damages} == {Kind.CHECKPOINT}


def test_what_no_checkpoint_covers_yet_stands_by_the_chain_alone(file: Path) -> None:
    """Nine entries at most, for a minute at most: the price of not asking the witness for each."""
    make_trail(file, 30)
    note(9)
    chain.link_waiting()
    disarm()
    db.session.commit()
    report = verify_all(SIGNER.public_key, file)
    assert (report.linked_count, report.covered, standing(file).unwitnessed_count) == (39, 30, 9)

    take_out(39)

    assert verify_all(SIGNER.public_key, file).damages == []


def test_what_is_not_linked_yet_has_only_the_triggers(app: Flask) -> None:
    """Seconds, and the page says how many: whoever drops the triggers takes such an entry out unseen."""
    note(2)
    oldest = chain.oldest_waiting()
    disarm()
    db.session.execute(text("DELETE FROM audit_entries WHERE id = (SELECT min(id) FROM audit_entries)"))
    chain.link_waiting()

    assert oldest is not None
    assert verify_all(SIGNER.public_key).damages == []


GARBAGE = [
    {"what": "a.word_of_nobody"},
    {"facts": '{"part":"\\ud800"}'},
    {"facts": "[1]"},
    {"actor_kind": ""},
]
OF_SQLITE = [
    {"at": "no moment"},
    {"facts": "{"},
    {"facts": "[" * 90_000},
    {"position": "x"},
    {"actor_role": 7},
]
OF_POSTGRESQL = [{"at": "infinity"}, {"at": "4713-01-01 BC"}]


def test_whatever_is_written_into_a_column_it_is_read_and_found(app: Flask) -> None:
    make_trail(None, 30)
    disarm()
    is_sqlite = db.engine.dialect.name == "sqlite"
    if is_sqlite:
        db.session.execute(text("PRAGMA ignore_check_constraints = ON"))
    else:
        db.session.execute(text("ALTER TABLE audit_entries DROP CONSTRAINT ck_audit_entries_what"))
    for values in GARBAGE + (OF_SQLITE if is_sqlite else OF_POSTGRESQL):
        with db.session.begin_nested() as undone:
            [(column, value)] = values.items()
            kind = "" if is_sqlite else {"at": "timestamptz", "facts": "json"}.get(column, "varchar")
            new = f"CAST(:value AS {kind})" if kind else ":value"
            spoil = f"UPDATE audit_entries SET {column} = {new} WHERE position = 30"  # noqa: S608
            db.session.execute(text(spoil), {"value": value})
            assert verify_all(SIGNER.public_key).damages, values
            undone.rollback()
    if is_sqlite:
        db.session.execute(text("PRAGMA ignore_check_constraints = OFF"))

    assert verify_all(SIGNER.public_key).damages == []


def test_entries_from_before_permissions_were_kept_still_hold(app: Flask) -> None:
    note(2)
    old = AuditEntry(
        at=clock.now(), what="case.opened", actor_kind="system", subject_type="case", subject_id="c", facts={}
    )
    db.session.add(old)
    chain.link_waiting()
    db.session.refresh(old)
    disarm()
    assert verify_all(SIGNER.public_key).damages == []
    db.session.execute(text("UPDATE audit_entries SET permission = NULL, assignment_id = NULL"))

    assert verify_all(SIGNER.public_key).damages[0].position == 1


def many(count: int) -> None:
    """A linked chain of so many entries, written in one go."""
    digest, rows = START, []
    for position in range(1, count + 1):
        row = AuditEntry(
            id=new_id(),
            at=clock.now(),
            what=What.CASE_LOOKED_AT,
            actor_kind="person",
            actor_id="an-account",
            actor_role="mediator",
            permission="case.read",
            assignment_id=None,
            subject_type="case",
            subject_id=f"case-{position}",
            facts={"part": "people"},
        )
        digest = digest_over(digest, said_by(row))
        values = {column.key: getattr(row, column.key) for column in AuditEntry.__table__.columns}
        rows.append(values | {"position": position, "digest": digest})
    disarm()
    db.session.execute(insert(AuditEntry), rows)
    db.session.commit()


def test_a_long_trail_takes_no_more_memory_than_a_short_one(app: Flask) -> None:
    many(3_000)
    peaks = []
    for count in (1_000, 3_000):
        tracemalloc.start()
        assert chain.verify(count).linked_count == count
        if count == 3_000:
            assert verify_all(SIGNER.public_key).linked_count == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < 1.5 * peaks[0]


def test_a_key_that_is_destroyed_breaks_nothing(file: Path) -> None:
    """The digests are over ids and codes; what is sealed is not among them."""
    keeper = make_account(Role.MEDIATOR)
    case = make_case()
    assign_to(case, keeper)
    make_party(case, keeper)
    actions.show_names(case, actor=actor_of(keeper))
    make_trail(file, 20)
    before = [entry.digest for entry in chain.linked_after()]

    for key in db.session.scalars(select(DataKey)):
        sealing.destroy_key(key.id, "retention")
    db.session.commit()

    with pytest.raises(sealing.KeyDestroyed):
        actions.show_names(case, actor=actor_of(keeper))
    db.session.rollback()
    report = verify_all(SIGNER.public_key, file)
    assert (report.damages, report.unknown, report.linked_count) == ([], None, len(before))
    assert [entry.digest for entry in chain.linked_after()] == before

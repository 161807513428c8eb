"""Backups of both databases: made while others write, proved row by row, no way back for the destroyed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.audit import chain
from app.cases.models import Party
from app.foundation import clock
from app.foundation.db import db
from app.vault import backup, sweep
from app.vault.models import DataKey, KeyPurpose
from app.vault.readable import Readable, read_all
from tests.support.backups import Databases, refused, run
from tests.support.people import make_account
from tests.support.retention import Kept, make_everything

KEY = b"c" * 32
BEGAN = clock.now() - timedelta(days=31)


@contextmanager
def writers(app: Flask, count: int = 2) -> Iterator[Callable[[], int]]:
    """Threads that make accounts as fast as they can; gives how many they have made."""
    stop, made = threading.Event(), []

    def write() -> None:
        with app.app_context():
            while not stop.is_set():
                make_account(Role.MEDIATOR)
                db.session.commit()
                made.append(1)
            db.session.remove()

    threads = [threading.Thread(target=write) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield lambda: len(made)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def texts(found: list[Readable]) -> set[tuple[str, str, str]]:
    return {(one.field, one.row_id, one.text) for one in found}


def due_after_a_month(kept: Kept) -> set[str]:
    """The keys that the sweep destroys then."""
    own = db.session.scalars(
        select(DataKey.id).where(DataKey.purpose.in_((KeyPurpose.CONTACT, KeyPurpose.PHOTO)))
    ).all()
    people = db.session.scalars(select(Party.key_id).where(Party.case_id == kept.case.id)).all()
    due = {one for name, one in kept.key_ids.items() if name != "answered"}
    return due | {one for one in (*own, *people, kept.case.block_key_id) if one}


def test_the_drill_of_a_lost_machine(office: Flask, new_app: Databases, tmp_path: Path) -> None:
    """Seeded, backed up while others write, swept; restored elsewhere: all rows, 0 of the destroyed."""
    file = tmp_path / "tonight"
    kept = make_everything(BEGAN)
    while chain.link_waiting():
        db.session.commit()
    before = list(read_all())
    destroyed = due_after_a_month(kept)
    alive = {one.key_id for one in before} - destroyed
    assert kept.answered.key_id in alive
    db.session.commit()
    with writers(office) as made:
        while made() < 5:
            pass
        at_least = made()
        run(office, "backup", str(file))
        at_most = made() + 2
    sweep.sweep(clock.now())
    assert {one.key_id for one in read_all()} == alive
    db.session.remove()

    elsewhere = new_app()
    with elsewhere.app_context():
        said = run(elsewhere, "restore", str(file))
        assert f"Destroyed again: {len(destroyed)}." in said
        after = list(read_all())
        assert {one.key_id for one in after} == alive
        assert texts(after) == texts([one for one in before if one.key_id in alive])
        made_there = select(func.count()).select_from(Account).where(Account.role == Role.MEDIATOR)
        assert at_least <= (db.session.scalar(made_there) or 0) - 2 <= at_most
        assert chain.verify().broken_at is None
        assert "Destroyed again: 0." in run(elsewhere, "reapply")


def test_without_the_ledger_yesterdays_backup_would_bring_it_back(
    office: Flask, new_app: Databases, tmp_path: Path
) -> None:
    """The proof that the drill above can fail; and the doctor says what is wrong."""
    file = tmp_path / "yesterday"
    case_key = make_everything(BEGAN).case.key_id
    run(office, "backup", str(file))
    sweep.sweep(clock.now())
    ledger = tmp_path / "erasures.jsonl"
    hidden = ledger.rename(tmp_path / "hidden")
    db.session.remove()

    elsewhere = new_app()
    with elsewhere.app_context():
        run(elsewhere, "restore", str(file))
        assert case_key in {one.key_id for one in read_all()}
        hidden.rename(ledger)
        answer = elsewhere.test_cli_runner().invoke(args=["doctor"])
        assert (answer.exit_code, "are alive" in answer.output) == (1, True)
        run(elsewhere, "reapply")
        assert case_key not in {one.key_id for one in read_all()}
        answer = elsewhere.test_cli_runner().invoke(args=["doctor"])
        assert "all obeyed" in answer.output


def test_a_restore_never_overwrites(office: Flask, tmp_path: Path) -> None:
    file = tmp_path / "tonight"
    account_id = make_account(Role.ADMIN).id
    run(office, "backup", str(file))

    assert "only fills an empty one" in refused(office, "restore", str(file))
    assert db.session.get(Account, account_id)
    assert "already" in refused(office, "backup", str(file))


def test_without_its_keys_a_backup_keeps_counts_and_opens_nothing(
    office: Flask, new_app: Databases, tmp_path: Path
) -> None:
    file = tmp_path / "tonight"
    make_everything(BEGAN)
    keys = db.session.scalars(select(DataKey)).all()
    wrapped = [key.wrapped for key in keys if key.wrapped]
    run(office, "backup", str(file))
    (tmp_path / "tonight.keys").unlink()
    db.session.remove()

    elsewhere = new_app()
    with elsewhere.app_context():
        assert "There is no tonight.keys" in refused(elsewhere, "restore", str(file))
        run(elsewhere, "restore", str(file), "--without-keys")
        assert list(read_all()) == []
        assert db.session.scalar(select(func.count()).select_from(DataKey)) == len(keys)
    pieces = b"".join(backup.read_sealed(file, key=KEY))
    assert not any(one in pieces or one.hex().encode() in pieces for one in wrapped)


@pytest.mark.one_database
def test_old_backups_are_deleted_and_their_keys_first(app: Flask, tmp_path: Path) -> None:
    made_at = clock.now()
    for name, part in (("night", "data"), ("night.keys", "keys")):
        header = {"version": 1, "id": "1", "part": part, "made_at": made_at.isoformat()}
        backup.write_sealed(tmp_path / name, header, [b"x"], key=KEY)
    (tmp_path / "other.txt").write_text("not ours")

    def left_after(days: float) -> set[str]:
        backup.prune(tmp_path, made_at + timedelta(days=days))
        return {one.name for one in tmp_path.iterdir()}

    assert left_after(6.9) == {"night", "night.keys", "other.txt"}
    assert left_after(7) == {"night", "other.txt"}
    assert left_after(34.9) == {"night", "other.txt"}
    assert left_after(35) == {"other.txt"}
    assert "0 deleted." in run(app, "prune-backups", str(tmp_path))

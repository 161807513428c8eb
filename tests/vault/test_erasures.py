"""What is destroyed stays destroyed: in the ledger before the commit, and again after a restore."""

import os
import resource
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, delete, text, update

from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation.db import db
from app.vault import cleaning, erasures
from app.vault.erasure_models import Erasure
from app.vault.ledger import Ledger, LedgerBroken
from app.vault.models import DataKey
from app.vault.sealing import new_key
from tests.guards.layers import read_modules

READ_ON = {"sqlite": "BEGIN", "postgresql": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"}
KEY, AT = b"b" * 32, datetime(2026, 11, 21, 20, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "new" / "erasures.jsonl", blind_index_key=KEY)


@pytest.fixture
def own_ledger(app: Flask, tmp_path: Path) -> Iterator[Ledger]:
    """The app's database with a ledger that holds nothing yet."""
    erasures.use_ledger(tmp_path / "erasures.jsonl", blind_index_key=KEY)
    yield erasures.the_ledger()
    settings = app.extensions["settings"]
    erasures.use_ledger(settings.ledger_path, blind_index_key=settings.blind_index_key)


def is_alive(key_id: str) -> bool:
    db.session.expire_all()
    return db.session.get_one(DataKey, key_id).wrapped is not None


def revive(key_id: str, wrapped: bytes | None) -> None:
    """What restoring a backup of yesterday does."""
    yesterdays = {"wrapped": wrapped, "destroyed_at": None, "destroyed_reason": None}
    db.session.execute(update(DataKey).where(DataKey.id == key_id).values(**yesterdays))
    db.session.commit()


def test_lines_are_read_as_they_were_written(ledger: Ledger) -> None:
    ledger.append(AT, "retention schedule", ["one", "two"])
    ledger.append(AT, "withdrawn by its author", ["three"])

    read = [(line.at, line.reason, line.key_ids) for line in ledger.lines()]
    assert read == [
        (AT, "retention schedule", ("one", "two")),
        (AT, "withdrawn by its author", ("three",)),
    ]
    assert ledger.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [lines[0].replace("one", "own"), *lines[1:]],
        lambda lines: [lines[0], lines[0], *lines[1:]],
        lambda lines: [lines[0], "{}", *lines[1:]],
        lambda lines: [lines[0], "nonsense", *lines[1:]],
    ],
)
def test_a_line_taken_out_moved_changed_or_put_in_is_seen(ledger: Ledger, change: object) -> None:
    for name in ("one", "two", "three"):
        ledger.append(AT, "retention schedule", [name])
    lines = ledger.path.read_text().splitlines()
    ledger.path.write_text("\n".join(change(lines)) + "\n")  # type: ignore[operator]

    with pytest.raises(LedgerBroken):
        list(ledger.lines())


def test_a_line_that_fits_on_the_disk_in_part_was_not_written(ledger: Ledger) -> None:
    """The disk takes a part of a line without a word; what is not there whole must not pass for kept."""
    ledger.append(AT, "retention schedule", ["one"])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ledger.path.stat().st_size + 20, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            ledger.append(AT, "retention schedule", ["two"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    ledger.append(AT, "retention schedule", ["three"])
    assert [line.key_ids for line in ledger.lines()] == [("one",), ("three",)]


def test_a_chain_of_another_key_is_no_chain(ledger: Ledger) -> None:
    ledger.append(AT, "retention schedule", ["one"])
    with pytest.raises(LedgerBroken):
        list(Ledger(ledger.path, blind_index_key=b"x" * 32).lines())


@pytest.mark.parametrize("kept", [1, 20, -1])
def test_a_line_torn_by_a_power_cut_is_left_out_and_the_next_follows_the_whole_one(
    ledger: Ledger, kept: int
) -> None:
    ledger.append(AT, "retention schedule", ["one"])
    whole = ledger.path.read_bytes()
    ledger.append(AT, "retention schedule", ["two"])
    torn = ledger.path.read_bytes()[len(whole) :][:kept]
    ledger.path.write_bytes(whole + torn)

    assert [line.key_ids for line in ledger.lines()] == [("one",)]
    ledger.append(AT, "retention schedule", ["three"])
    assert [line.key_ids for line in ledger.lines()] == [("one",), ("three",)]


def append_forty(path: Path, writer: int) -> None:
    ledger = Ledger(path, blind_index_key=KEY)
    for number in range(40):
        ledger.append(datetime.now(UTC), "r", [f"{writer}-{number}"])


def test_many_processes_write_one_chain(ledger: Ledger) -> None:
    start = get_context("fork").Process
    writers = [start(target=append_forty, args=(ledger.path, number)) for number in range(3)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert [one.exitcode for one in writers] == [0, 0, 0]

    assert len({line.key_ids for line in ledger.lines()}) == 120


def test_the_ledger_is_on_the_disk_before_the_tombstone_is_committed(
    app: Flask, own_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    fsync = os.fsync

    def watched(file: int) -> None:
        if stat.S_ISREG(os.fstat(file).st_mode):  # the folder is synced as well, when the file is new
            sizes.append(os.fstat(file).st_size)
        fsync(file)

    key_id = new_key("case")
    db.session.commit()
    monkeypatch.setattr(os, "fsync", watched)
    assert erasures.destroy([key_id], "retention schedule") == 1
    assert sizes == [own_ledger.path.stat().st_size]
    db.session.rollback()  # the power went before the commit

    assert is_alive(key_id)
    assert erasures.compare().alive_ids == (key_id,)
    assert erasures.reapply() == 1
    assert not is_alive(key_id)


def test_when_the_ledger_cannot_be_written_nothing_is_destroyed(app: Flask, own_ledger: Ledger) -> None:
    key_id = new_key("case")
    db.session.commit()
    own_ledger.path.mkdir()
    with pytest.raises(OSError, match="Is a directory"):
        erasures.destroy([key_id], "retention schedule")
    db.session.rollback()

    assert is_alive(key_id)


def test_yesterdays_keys_are_destroyed_again_and_that_is_on_the_trail(app: Flask, own_ledger: Ledger) -> None:
    key_id, other = new_key("case"), new_key("case")
    wrapped = db.session.get_one(DataKey, key_id).wrapped
    erasures.destroy([key_id], "retention schedule")
    db.session.execute(delete(Erasure))
    revive(key_id, wrapped)

    assert is_alive(key_id)
    assert erasures.reapply() == 1
    assert (is_alive(key_id), is_alive(other)) == (False, True)
    entry = db.session.query(AuditEntry).filter_by(what=What.RECORDS_DESTROYED_AGAIN).one()
    assert entry.facts == {"count": 1}
    assert erasures.reapply() == 0
    standing = erasures.compare()
    assert (standing.alive_ids, standing.has_lost_lines, standing.line_count) == ((), False, 1)


def test_a_ledger_that_has_lost_its_end_is_seen(app: Flask, own_ledger: Ledger) -> None:
    erasures.destroy([new_key("case")], "retention schedule")
    kept = own_ledger.path.read_bytes()
    erasures.destroy([new_key("case")], "retention schedule")
    own_ledger.path.write_bytes(kept)

    assert erasures.compare().has_lost_lines


def test_a_key_is_destroyed_once(app: Flask, own_ledger: Ledger) -> None:
    key_id = new_key("case")
    assert erasures.destroy([key_id, "0" * 26], "retention schedule") == 1
    assert erasures.destroy([key_id], "again") == 0
    assert len(list(own_ledger.lines())) == 1


def test_the_wrapped_bytes_are_in_no_file_of_the_database(app: Flask, own_ledger: Ledger) -> None:
    keys = [new_key("case") for _ in range(300)]
    wrapped = [db.session.get_one(DataKey, key_id).wrapped or b"" for key_id in keys]
    db.session.commit()
    assert found_in_files(app, wrapped) == 300
    erasures.destroy(keys, "retention schedule")
    db.session.commit()
    assert found_in_files(app, wrapped) > 0  # or this test would see nothing

    assert cleaned_within(seconds=30)  # a test beside this one may have a transaction open
    assert found_in_files(app, wrapped) == 0


def cleaned_within(seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not (done := cleaning.clean()) and time.monotonic() < end:
        time.sleep(0.1)
    return done


def test_bytes_that_an_older_transaction_holds_back_are_not_said_to_be_gone(
    app: Flask, own_ledger: Ledger
) -> None:
    """On SQLite a reader keeps the log, on PostgreSQL the old row; both are asked, not hoped for."""
    key_id = new_key("case")
    wrapped = db.session.get_one(DataKey, key_id).wrapped or b""
    db.session.commit()
    with create_engine(db.engine.url, poolclass=NullPool).connect() as older:
        older.execute(text(READ_ON[db.engine.dialect.name]))
        older.execute(text("SELECT count(*) FROM erasures")).all()
        erasures.destroy([key_id], "retention schedule")
        db.session.commit()

        assert not cleaning.clean()
        assert found_in_files(app, [wrapped]) == 1
        older.rollback()

    assert cleaned_within(seconds=30)
    assert found_in_files(app, [wrapped]) == 0


@pytest.mark.parametrize(
    ("details", "is_clean"),
    [
        (["0 dead row versions cannot be removed yet.\nCPU: user: 0.00 s"], True),
        (["300 dead row versions cannot be removed yet.\nCPU: user: 0.00 s"], False),
        (["0 versiones muertas de filas no pueden ser eliminadas aún.\nCPU: 0.00 s"], True),
        (["0 dead row versions", "2 dead row versions"], False),
        ([""], False),
        ([], False),
    ],
)
def test_only_a_server_that_said_none_has_left_none(details: list[str], is_clean: bool) -> None:
    assert cleaning.has_left_none(details) == is_clean


def found_in_files(app: Flask, wanted: list[bytes]) -> int:
    """How many of these stand in the files that the database keeps its keys in."""
    if db.engine.dialect.name == "sqlite":
        file = Path(str(db.engine.url.database))
        files = [file, file.with_name(file.name + "-wal")]
    else:
        db.session.commit()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
            folder = connection.scalar(text("SHOW data_directory"))
            files = [Path(folder) / connection.scalar(text("SELECT pg_relation_filepath('data_keys')"))]
        if not os.access(files[0], os.R_OK):
            pytest.skip("the server's files are not readable from here")
    said = b"".join(file.read_bytes() for file in files if file.exists())
    return sum(one in said for one in wanted)


def test_only_one_module_destroys_keys():
    """Whoever destroyed one without the ledger would let a backup bring it back."""
    callers = [name for name, source in read_modules().items() if "destroy_key(" in source]

    assert callers == ["app.vault.erasures", "app.vault.sealing"]

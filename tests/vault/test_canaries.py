"""Five hundred canaries in every sealed field: none of them stands anywhere in the clear."""

import base64
import os
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.foundation.db import db
from tests.support.canaries import Canaries, writings_of
from tests.support.canary_doors import Carrier
from tests.support.people import PersonClient
from tests.support.places import make_area

LEAST = 500


def files_of_database() -> list[Path]:
    """Where the database keeps its rows, as far as this machine lets us read them."""
    db.session.commit()
    if db.engine.dialect.name == "sqlite":
        path = Path(str(db.engine.url.database))
        return sorted(path.parent.glob(f"{path.stem}*"))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        data = Path(str(connection.scalar(text("SHOW data_directory"))))
        folder = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    places = [data / "base" / str(folder), data / "pg_wal"]
    return [place for place in places if os.access(place, os.R_OK | os.X_OK)]


def dump_of_database() -> bytes:
    """Every row as text, as a backup would have it."""
    if db.engine.dialect.name == "sqlite":
        connection = sqlite3.connect(str(db.engine.url.database))
        try:
            return "\n".join(connection.iterdump()).encode()
        finally:
            connection.close()
    program = shutil.which("pg_dump")
    if program is None:
        pytest.skip("pg_dump is not installed here")
    url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run([program, url], check=True, capture_output=True).stdout


@pytest.fixture
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def carrier(app: Flask, client_as: Any, public_client: PersonClient) -> Carrier:
    return Carrier(app, client_as, public_client)


def test_no_canary_stands_in_files_dumps_logs_or_answers(
    app: Flask, carrier: Carrier, own_temporary_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    carrier.bring_all()
    canaries = carrier.canaries
    logged = capfd.readouterr()
    found, count = canaries.in_files([*files_of_database(), Path(app.instance_path), own_temporary_folder])

    assert len(set(canaries.made)) >= LEAST
    assert len(canaries.others) == 2
    assert found == []
    assert count >= 1
    assert canaries.in_bytes(dump_of_database()) == []
    assert canaries.in_bytes((logged.out + logged.err).encode()) == []
    assert canaries.in_bytes(b"\n".join(carrier.answers)) == []


def test_a_canary_in_a_plain_column_is_found_in_files_and_dump(app: Flask) -> None:
    """The search can fail: where something lies open, it says so."""
    canaries = Canaries()
    make_area(f"Area {canaries.new()}")
    found, _ = canaries.in_files(files_of_database())

    assert any(one.endswith(": utf-8") for one in found)
    assert canaries.in_bytes(dump_of_database()) == ["utf-8"]


@pytest.mark.parametrize("writing", sorted(writings_of("x" * 12)))
def test_each_writing_is_seen(writing: str) -> None:
    canaries = Canaries()
    canary = canaries.new()
    hidden = {before: f"{'y' * before}{canary}z" for before in range(3)}
    written = writings_of(canary)[writing]

    assert canaries.in_bytes(b"before " + written + b" after")
    if writing.startswith("base64"):
        place = int(writing[-1])
        assert canaries.in_bytes(base64.b64encode(hidden[place].encode()))

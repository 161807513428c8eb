"""A backup that was cut, changed, mixed up or opened with another key is refused and leaves nothing."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.foundation.db import db
from app.foundation.sealed_files import BadFile
from app.foundation.snapshots import BackupFailed
from app.vault import backup
from tests.guards.history import scripts
from tests.support.backups import Databases, refused, run
from tests.support.people import make_account

KEY = b"c" * 32


def harmed(content: bytes, other_part: bytes, of_another: bytes) -> dict[str, bytes]:
    """What can have come of a file of a backup."""
    middle = len(content) // 2
    return {
        "cut": content[: -len(content) // 3],
        "cut at its very end": content[:-1],
        "changed": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "its header changed": content.replace(b'"version": 1', b'"version": 2'),
        "made younger": content.replace(b'"made_at": "20', b'"made_at": "21'),
        "longer": content + b"\0",
        "the other part": other_part,
        "that of another backup": of_another,
    }


def test_a_cut_or_changed_backup_is_refused_and_the_database_stays_empty(
    office: Flask, new_app: Databases, tmp_path: Path
) -> None:
    for name in ("tonight", "other"):
        make_account(Role.MEDIATOR)
        run(office, "backup", str(tmp_path / name))
    whole = {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.name.startswith(("ton", "oth"))}
    db.session.remove()

    elsewhere = new_app()
    with elsewhere.app_context():
        for end, other_end in (("", ".keys"), (".keys", "")):
            file = tmp_path / f"tonight{end}"
            ways = harmed(whole[file.name], whole[f"tonight{other_end}"], whole[f"other{end}"])
            for way, content in ways.items():
                file.write_bytes(content)
                with pytest.raises((BadFile, BackupFailed)):
                    restore_anew(tmp_path / "tonight")
                assert db.inspect(db.engine).get_table_names() == [], way
            file.write_bytes(whole[file.name])
        restore_anew(tmp_path / "tonight")  # unharmed it is taken
        assert db.session.scalar(select(func.count()).select_from(Account)) == 1


def restore_anew(file: Path) -> None:
    backup.restore(file, key=KEY, head=str(scripts().get_current_head()), folder=file.parent)


def test_a_backup_whose_keys_cannot_be_written_is_none(office: Flask, tmp_path: Path) -> None:
    """Half of one would pass for a backup until the day it is needed."""
    (tmp_path / "tonight.keys.unfinished").write_bytes(b"left by a crash")

    with pytest.raises(FileExistsError):
        backup.back_up(tmp_path / "tonight", key=KEY, head="head", folder=tmp_path)

    assert not (tmp_path / "tonight").exists()


def test_another_key_opens_nothing(office: Flask, new_app: Databases, tmp_path: Path) -> None:
    file = tmp_path / "tonight"
    make_account(Role.ADMIN, email="quetzalina@office.example")
    run(office, "backup", str(file))
    head = str(backup.read_header(file)["id"])

    assert b"quetzalina" not in file.read_bytes() + (tmp_path / "tonight.keys").read_bytes()
    with new_app().app_context(), pytest.raises(BadFile, match="BACKUP_KEY"):
        backup.restore(file, key=b"x" * 32, head=head, folder=tmp_path)


def test_a_backup_of_another_migration_is_refused(office: Flask, new_app: Databases, tmp_path: Path) -> None:
    file = tmp_path / "tonight"
    run(office, "backup", str(file))
    with new_app().app_context():
        with pytest.raises(BackupFailed, match="migration"):
            backup.restore(file, key=KEY, head="0001", folder=tmp_path)
        assert db.inspect(db.engine).get_table_names() == []


def test_a_row_that_came_back_otherwise_is_seen(
    office: Flask, new_app: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One name changed in a restored row, and the restore is refused and leaves nothing."""
    file = tmp_path / "tonight"
    make_account(Role.ADMIN, name="Ana Flores")
    run(office, "backup", str(file))
    put_back = backup._put_back

    def put_back_wrongly(connection: object, rows: object, made_at: object) -> None:
        put_back(connection, rows, made_at)  # type: ignore[arg-type]
        connection.execute(update(Account).values(name="Ana Flor"))  # type: ignore[attr-defined]

    monkeypatch.setattr(backup, "_put_back", put_back_wrongly)
    elsewhere = new_app()
    with elsewhere.app_context():
        assert "accounts" in refused(elsewhere, "restore", str(file))
        assert db.inspect(db.engine).get_table_names() == []

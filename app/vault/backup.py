"""Backups that do not undo destruction.

A backup is two files. One has everything but the keys of sealed fields; it may be kept for 35
days. The other, FILE.keys, has only the keys, wrapped; kept for more than 7 days it would make
what was destroyed readable for whoever also loses the ledger (security.md A.4). A restore fills an
empty database, compares every table with what was written down when the backup was made, walks
the chain of the trail, and destroys again what the ledger says is destroyed.
"""

import base64
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from app.audit import chain
from app.audit.catalogue import What
from app.audit.trail import SYSTEM, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.foundation.owner import has_owner, owner_engine
from app.foundation.sealed_files import BadFile, read_header, read_sealed, write_sealed
from app.foundation.snapshots import BackupFailed, require_empty, restored, snapshot
from app.foundation.table_states import TableState, table_states
from app.vault import erasures, row_guard
from app.vault.models import DataKey
from app.vault.retention import KEPT_BACKUPS, KEPT_KEY_FILES

VERSION = 1
KEYS_SUFFIX = ".keys"
_KEYS = DataKey.__tablename__
_NOT_RESTORED = "key not in the backup"
_AT_ONCE = 1024 * 1024


@dataclass(frozen=True)
class Restored:
    """What a restore has found."""

    rows: int
    destroyed_again: int
    has_keys: bool


def keys_file(path: Path) -> Path:
    """Where the keys of a backup are kept."""
    return path.with_name(path.name + KEYS_SUFFIX)


def back_up(path: Path, *, key: bytes, head: str, folder: Path) -> dict[str, TableState]:
    """Write both files of a backup while everybody works on; says what stood in each table. Commits.

    `head` is the migration that the database stands at, `folder` where a working copy may lie.
    """
    if path.exists() or keys_file(path).exists():
        raise BackupFailed("There is a backup of this name already.")
    header = {"version": VERSION, "id": new_id(), "made_at": clock.now().isoformat()}
    db.session.rollback()
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix="backup-") as private,
        snapshot(owner_engine(), folder, apart=_KEYS) as moment,
    ):
        states = table_states(moment.connection, db.metadata.sorted_tables)
        rows = list(_key_rows(moment.connection))
        dump = Path(private) / "database"
        moment.write(dump)
        manifest = {
            "kind": db.engine.dialect.name,
            "head": head,
            "tables": {name: state for name, state in states.items() if name != _KEYS},
            "keys": len(rows),
        }
        without = ({**row, "wrapped": None} for row in rows)
        write_sealed(path, {**header, "part": "data"}, _content(manifest, without, dump), key=key)
        keys = {"tables": {_KEYS: states[_KEYS]}, "keys": len(rows)}
        try:
            write_sealed(
                keys_file(path), {**header, "part": "keys"}, _content(keys, iter(rows), None), key=key
            )
        except BaseException:
            path.unlink()  # half a backup passes for one until the day somebody needs it
            raise
    record(What.BACKUP_MADE, actor=SYSTEM, subject_type="backup", subject_id=str(header["id"]))
    db.session.commit()
    return states


def restore(path: Path, *, key: bytes, head: str, folder: Path, with_keys: bool = True) -> Restored:
    """Fill an empty database from a backup, prove it row by row, and destroy again what was destroyed.

    Raises `BadFile` or `BackupFailed`, and the database is empty then, but where the chain of the
    trail breaks or the ledger is not whole (`LedgerBroken`): then it is filled, and must not be served.
    Without keys every sealed field is lost for good: each key becomes a tombstone.
    """
    db.session.rollback()
    db.session.remove()
    require_empty(owner_engine())
    header = read_header(path)
    with tempfile.TemporaryDirectory(dir=folder, prefix="restore-") as private:
        dump = Path(private) / "database"
        manifest, rows = _take_apart(path, "data", dump, key=key)
        _require_fit(manifest, head)
        wanted: dict[str, TableState] = dict(manifest["tables"])
        if with_keys:
            if read_header(keys_file(path))["id"] != header["id"]:
                raise BadFile(f"{keys_file(path).name} belongs to another backup.")
            keys, rows = _take_apart(keys_file(path), "keys", None, key=key)
            wanted |= keys["tables"]
        made_at = datetime.fromisoformat(header["made_at"])
        with restored(owner_engine(), dump, lambda to: _put_back(to, rows, made_at)) as connection:
            tables = [table for table in db.metadata.sorted_tables if with_keys or table.name != _KEYS]
            _require_same(table_states(connection, tables), wanted)
    _let_the_app_in()
    return _finish(header["id"], wanted, with_keys=with_keys)


def _let_the_app_in() -> None:
    """Where the app is not the owner of the tables: rows are guarded before anybody reads one."""
    if has_owner():
        with owner_engine().begin() as connection:
            row_guard.put_up(connection, db.engine.url.username or "")


def prune(folder: Path, now: datetime) -> list[str]:
    """Delete backups whose time is over: key files after 7 days, the others after 35; says which."""
    gone = []
    for path in sorted(one for one in folder.iterdir() if one.is_file()):
        try:
            header = read_header(path)
            age = now - datetime.fromisoformat(header["made_at"])
        except (BadFile, KeyError, ValueError):
            continue  # not a backup of ours
        if age >= (KEPT_KEY_FILES if header.get("part") == "keys" else KEPT_BACKUPS):
            path.unlink()
            gone.append(path.name)
    return gone


def _finish(backup_id: str, states: dict[str, TableState], *, with_keys: bool) -> Restored:
    """What must be done before anything is served from a restored database."""
    destroyed_again = erasures.reapply()
    broken_at = chain.verify().broken_at
    if broken_at is not None:
        raise BackupFailed(f"The chain of the trail breaks at position {broken_at} of the restored database.")
    record(What.BACKUP_RESTORED, actor=SYSTEM, subject_type="backup", subject_id=backup_id)
    db.session.commit()
    rows = sum(state["rows"] for state in states.values())
    return Restored(rows, destroyed_again, with_keys)


def _require_fit(manifest: dict[str, Any], head: str) -> None:
    if manifest["kind"] != db.engine.dialect.name:
        raise BackupFailed(
            f"This is a backup of {manifest['kind']}; the database is {db.engine.dialect.name}."
        )
    if manifest["head"] != head:
        raise BackupFailed(
            f"The backup stands at migration {manifest['head']}, this program at {head}: restore it with the"
            " version of the program that made it, then upgrade."
        )


def _require_same(found: dict[str, TableState], wanted: dict[str, TableState]) -> None:
    if differing := sorted(
        name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name)
    ):
        raise BackupFailed(f"Not what was backed up: {', '.join(differing)}.")


def _key_rows(connection: Connection) -> Iterator[dict[str, Any]]:
    for row in connection.execute(select(DataKey.__table__).order_by(DataKey.id)):
        yield {
            name: base64.b64encode(value).decode()
            if isinstance(value, bytes)
            else value.isoformat()
            if isinstance(value, datetime)
            else value
            for name, value in row._mapping.items()
        }


def _put_back(connection: Connection, rows: list[dict[str, Any]], made_at: datetime) -> None:
    """The keys as they were; one that comes without its key becomes a tombstone."""
    values = []
    for row in rows:
        moments = {
            name: row[name] and datetime.fromisoformat(row[name]) for name in ("created_at", "destroyed_at")
        }
        wrapped = row["wrapped"] and base64.b64decode(row["wrapped"])
        one = {**row, **moments, "wrapped": wrapped}
        if wrapped is None and one["destroyed_at"] is None:
            one |= {"destroyed_at": made_at, "destroyed_reason": _NOT_RESTORED}
        values.append(one)
    if values:
        connection.execute(insert(DataKey), values)


def _content(manifest: dict[str, Any], rows: Iterator[dict[str, Any]], dump: Path | None) -> Iterator[bytes]:
    """One line that says what follows, a line for each key, then the database."""
    yield json.dumps(manifest).encode() + b"\n"
    for row in rows:
        yield json.dumps(row).encode() + b"\n"
    if dump:
        with dump.open("rb") as file:
            while some := file.read(_AT_ONCE):
                yield some


def _take_apart(
    path: Path, part: str, dump: Path | None, *, key: bytes
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Read a file to its end, so that nothing of a cut one is used: what it says, its keys, its database."""
    header = read_header(path)
    if header.get("part") != part or header.get("version") != VERSION:
        raise BadFile(f"{path.name} is not the {part} of a backup that this program reads.")
    pieces = read_sealed(path, key=key)
    lines: list[dict[str, Any]] = []
    waiting, wanted = b"", 1
    while len(lines) < wanted:
        line, found, rest = waiting.partition(b"\n")
        if not found:
            waiting += next(pieces)
            continue
        lines.append(json.loads(line))
        waiting, wanted = rest, 1 + lines[0]["keys"]
    with dump.open("wb") if dump else tempfile.TemporaryFile() as file:
        file.write(waiting)
        for piece in pieces:
            file.write(piece)
    return lines[0], lines[1:]

"""One moment of the database, seen and written to a file while everybody goes on writing.

SQLite: its own online backup, in one step, so that writers neither wait nor make it begin again.
PostgreSQL: a snapshot that `pg_dump` shares with us. The rows of one table are left out of the
file: the caller keeps them apart.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, delete, inspect, table, text

from app.foundation.durable import sync

_DEBIANS = Path("/usr/lib/postgresql")


class BackupFailed(Exception):
    """It could not be done; the message says why, with nothing of what is kept."""


@dataclass(frozen=True)
class Snapshot:
    """A connection that sees one moment, and how that moment is written to a file."""

    connection: Connection
    write: Callable[[Path], None]


@contextmanager
def snapshot(engine: Engine, folder: Path, *, apart: str) -> Iterator[Snapshot]:
    """See one moment; `folder` is for the working copy, `apart` the table whose rows stay out of the file."""
    if engine.dialect.name == "sqlite":
        with _copy_of_sqlite(engine, folder, apart) as found:
            yield found
        return
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        name = connection.scalar(text("SELECT pg_export_snapshot()"))
        options = (f"--snapshot={name}", f"--exclude-table-data={apart}")
        yield Snapshot(connection, lambda path: _pg(engine.url, "pg_dump", "-Fc", *options, "-f", str(path)))


@contextmanager
def _copy_of_sqlite(engine: Engine, folder: Path, apart: str) -> Iterator[Snapshot]:
    with tempfile.TemporaryDirectory(dir=folder, prefix="backup-") as private:
        copy = Path(private) / "copy.sqlite"
        with (
            closing(sqlite3.connect(str(engine.url.database), timeout=15)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, and nothing beside it
        of_copy = create_engine(f"sqlite:///{copy}")
        try:
            with of_copy.connect() as connection:

                def write(path: Path) -> None:
                    connection.rollback()  # what we have read must not be in the way
                    _without(copy, path, apart)

                yield Snapshot(connection, write)
        finally:
            of_copy.dispose()


def _without(copy: Path, path: Path, apart: str) -> None:
    """The copy without the rows of a table, and without a trace of them in free pages."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(str(delete(table(apart))))
        connection.execute("VACUUM INTO ?", (str(path),))


@contextmanager
def restored(engine: Engine, file: Path, put_back: Callable[[Connection], None]) -> Iterator[Connection]:
    """Fill an empty database from a file; the caller checks it, and if that raises it is empty again.

    `put_back` writes the rows that were kept apart, before anything refers to them.
    """
    require_empty(engine)
    if engine.dialect.name == "sqlite":
        with _restored_sqlite(engine, file, put_back) as connection:
            yield connection
        return
    try:
        for section in ("pre-data", "data"):
            _pg_restore(engine.url, file, section)
        with engine.begin() as connection:
            put_back(connection)
        _pg_restore(engine.url, file, "post-data")
        with engine.connect() as connection:
            yield connection
    except BaseException:
        _empty_again(engine)
        raise


def require_empty(engine: Engine) -> None:
    """Raise `BackupFailed` unless there is no table yet: a restore never overwrites anything."""
    if names := inspect(engine).get_table_names():
        raise BackupFailed(
            f"The database has {len(names)} tables already. A restore only fills an empty one: make a new"
            " one (another file, or another name) and point DATABASE_URL there."
        )


@contextmanager
def _restored_sqlite(
    engine: Engine, file: Path, put_back: Callable[[Connection], None]
) -> Iterator[Connection]:
    """Checked beside its place, and moved there when it was found whole."""
    target = Path(str(engine.url.database))
    aside = target.with_name(target.name + ".restoring")
    shutil.copyfile(file, aside)
    aside.chmod(0o600)
    of_aside = create_engine(f"sqlite:///{aside}")
    try:
        with of_aside.begin() as connection:
            put_back(connection)
        with of_aside.connect() as connection:
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise BackupFailed("Rows of the backup refer to rows that are not in it.")
            yield connection
        of_aside.dispose()
        engine.dispose()
        for leftover in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
            leftover.unlink(missing_ok=True)
        sync(aside)
        aside.replace(target)
        sync(target.parent)
    finally:
        of_aside.dispose()
        aside.unlink(missing_ok=True)


def _pg_restore(url: URL, file: Path, section: str) -> None:
    _pg(
        url,
        "pg_restore",
        f"--section={section}",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        str(file),
    )


def _empty_again(engine: Engine) -> None:
    """It was empty when we began, so all that is in it is ours to take away."""
    engine.dispose()
    with engine.begin() as connection:
        for name in inspect(connection).get_table_names():
            connection.execute(text(f'DROP TABLE IF EXISTS "{name}" CASCADE'))


def _pg(url: URL, program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL. The password goes by the environment: no list of processes shows it."""
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, **({"PGPASSWORD": url.password} if url.password else {})}
    command = [str(_find(program)), f"--dbname={address}", *arguments]
    # A program of the system, no shell, and arguments of our own.
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, check=False)  # noqa: S603
    if done.returncode:
        raise BackupFailed(f"{program} says: {done.stderr.decode(errors='replace').strip()[:500]}")


def _find(program: str) -> Path:
    """Debian's newest, since an older `pg_dump` refuses a newer server; else what the path has."""
    installed = sorted(_DEBIANS.glob(f"*/bin/{program}"), key=lambda one: int(one.parts[-3]))
    if installed:
        return installed[-1]
    if found := shutil.which(program):
        return Path(found)
    raise BackupFailed(f"{program} is not installed. On Debian: apt install postgresql-client")

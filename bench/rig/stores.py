"""Durable stores of our own that can be cut off, stopped and started again."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Protocol

from tests.support.postgres import create_cluster, find_binaries, server_user
from tests.support.postgres_keeper import DURABLE

KINDS = ("sqlite", "postgresql")
PATIENCE_SECONDS = 60


class Store(Protocol):
    """Where the product keeps its rows; `environ` is what its own processes are given."""

    kind: str
    url: str
    data: Path
    """The folder with everything that must last."""

    def start(self, environ: dict[str, str] | None = None) -> None: ...

    def stop(self, how: signal.Signals = signal.SIGINT) -> None: ...

    def is_up(self) -> bool: ...


class SqliteStore:
    """A file. It lives in the product's own processes: there is nothing to start or stop."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.url, self.data = f"sqlite:///{folder}/hook.sqlite", folder

    def start(self, environ: dict[str, str] | None = None) -> None:
        """Nothing to do."""

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Nothing to do."""

    def is_up(self) -> bool:
        """A file is always there."""
        return True


class PostgresStore:
    """A PostgreSQL cluster with fsync, on a socket in its own folder, never on the network."""

    kind = "postgresql"

    def __init__(self, folder: Path, *options: str) -> None:
        folder.chmod(0o755)
        if (folder / "data").exists():
            self.binaries, self.data = find_binaries(), folder / "data"
        else:
            self.binaries, self.data = create_cluster(folder)
        self.sockets, self.log = folder / "socket", folder / "postgresql.log"
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        if user := server_user():
            shutil.chown(self.sockets, user)
        self.options = [part for option in (*DURABLE, *options) for part in ("-c", option)]
        self.url = f"postgresql://postgres@/postgres?host={self.sockets}"
        self._server: subprocess.Popen[bytes] | None = None

    def start(self, environ: dict[str, str] | None = None) -> None:
        """Start, or start again, until it takes connections; after a crash it reads its log first."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # of one that was killed
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.data, "-k", self.sockets, "-h", "", *self.options],
                user=server_user(),
                cwd=self.data,
                stdin=subprocess.DEVNULL,
                stderr=log,
                env={**os.environ, **(environ or {})},
                start_new_session=True,
            )
        ready: list[str | Path] = [self.binaries / "pg_isready", "-q", "-U", "postgres", "-h", self.sockets]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while subprocess.run(ready, check=False).returncode != 0:
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"PostgreSQL did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: fast. SIGQUIT: at once, and it must recover. SIGKILL: all of its processes."""
        server, self._server = self._server, None
        if server is None or server.poll() is not None:
            return
        if how is signal.SIGKILL:
            for pid in (server.pid, *children_of(server.pid)):
                os.kill(pid, how)  # each of its processes leads a session of its own
        else:
            server.send_signal(how)
        server.wait(PATIENCE_SECONDS)

    def is_up(self) -> bool:
        """Whether the server still runs: on a full disk it may have ended by itself."""
        return self._server is not None and self._server.poll() is None


def children_of(pid: int) -> list[int]:
    """The processes that this one started and that still run."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def new_store(kind: str, folder: Path, *options: str) -> Store:
    """The store that lies in this folder, or an empty one; `options` are PostgreSQL's own."""
    folder.mkdir(parents=True, exist_ok=True)
    return SqliteStore(folder) if kind == "sqlite" else PostgresStore(folder, *options)

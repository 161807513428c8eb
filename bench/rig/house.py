"""The product as script/serve starts it: web processes, and workers that can be killed."""

import contextlib
import http.client
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from bench import servers
from bench.load import HOST
from bench.rig.stores import Store, children_of

NOTHING: Mapping[str, str] = {}
WORKER_COUNT = 2
ROOM_TO_BEGIN_SECONDS = 180
ROOM_TO_END_SECONDS = 30


class House:
    """Web processes and workers on a store, all on this machine."""

    def __init__(self, store: Store, folder: Path, more: Mapping[str, str] = NOTHING) -> None:
        self.store, self.folder, self.port = store, folder, servers.free_port()
        self.environ = {
            **os.environ,
            "FLASK_APP": "app:create_app",
            "IS_DEMO": "1",
            "INSTANCE_PATH": str(folder / "instance"),
            "DATABASE_URL": store.url,
        }
        self.more = more
        """What only the processes that serve are given."""
        self._log = (folder / "house.log").open("ab")
        self.starts = 0
        """How often the web server was started."""
        self.web: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    def prepare(self, callback_url: str) -> dict[str, str]:
        """The schema, a small invented city, and a dispatch client that is told what becomes of its calls."""
        return servers.prepare(self.environ, "--callback-url", callback_url)

    def open(self) -> None:
        """Start everything."""
        self.start_web()
        while len(self.workers) < WORKER_COUNT:
            self.start_worker()

    def start_web(self) -> None:
        """Start the web server until it answers; one that ends while it loads is started again."""
        command = (servers.PROGRAMS / "granian", *servers.served_by_granian(servers.PRODUCT, self.port))
        deadline = time.monotonic() + ROOM_TO_BEGIN_SECONDS
        while time.monotonic() < deadline:
            if self.has_web_ended():
                self.web = self._start(*command)
                self.starts += 1
            if self._answers():
                return
            time.sleep(0.1)
        raise SystemExit(f"The web server does not answer.\n{self.log()}")

    def has_web_ended(self) -> bool:
        """Whether there is no web server, killed or given up."""
        return self.web is None or self.web.poll() is not None

    def _answers(self) -> bool:
        asked = http.client.HTTPConnection(HOST, self.port, timeout=ROOM_TO_BEGIN_SECONDS)
        with contextlib.closing(asked), contextlib.suppress(OSError, http.client.HTTPException):
            asked.request("GET", "/api/v1/referrals/none")  # unsigned: it is refused, and that is an answer
            return asked.getresponse().status > 0
        return False

    def start_worker(self) -> None:
        """Start one more worker."""
        self.workers.append(self._start(servers.PROGRAMS / "flask", "worker"))

    def web_processes(self) -> list[int]:
        """The processes that answer, without the one that keeps them."""
        return children_of(self.web.pid) if self.web else []

    def kill_web(self) -> None:
        """The web server and all its processes, at once."""
        if self.web:
            _kill_group(self.web)
        self.web = None

    def kill_worker(self, number: int) -> None:
        """One of the workers, at once."""
        _kill_group(self.workers.pop(number))

    def kill_all(self) -> None:
        """Nobody is left."""
        self.kill_web()
        while self.workers:
            self.kill_worker(0)

    def close(self) -> None:
        """End everything as a supervisor does: each may finish what it is at."""
        parts = [part for part in (self.web, *self.workers) if part]
        for part in parts:
            part.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + ROOM_TO_END_SECONDS
        for part in parts:
            with contextlib.suppress(subprocess.TimeoutExpired):
                part.wait(max(0.1, deadline - time.monotonic()))
        self.kill_all()

    def log(self) -> str:
        """The last that the processes said."""
        return (self.folder / "house.log").read_text(errors="replace")[-4000:]

    def _start(self, *command: str | Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd=servers.ROOT,
            env={**self.environ, **self.more},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )


def _kill_group(part: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(part.pid, signal.SIGKILL)
    part.wait()

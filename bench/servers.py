"""The two hooks that are compared, each served in the same way, on durable databases."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from app.delivery.signatures import new_secret
from bench.bare import keep_in
from bench.load import HOST

ROOT = Path(__file__).parents[1]
PROGRAMS = Path(sys.executable).parent
WORKERS, THREADS = 2, 8
PAGES_GIVE_WAY_BY = 10  # as script/serve has it
HOOK_PATH = "/api/v1/referrals"
PRODUCT = "app:create_ready_app"
"""What the web server loads, as script/serve has it."""


def served_by_gunicorn(application: str, port: int) -> list[str]:
    """What gunicorn is told."""
    return [
        *(f"{application}()", "--bind", f"{HOST}:{port}", "--worker-class", "gthread"),
        *("--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "60"),
        *("--no-control-socket", "--log-level", "warning"),
    ]


def served_by_granian(application: str, port: int) -> list[str]:
    """What granian is told, as script/serve tells it."""
    return [
        *(application, "--factory", "--interface", "wsgi", "--host", HOST, "--port", str(port)),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
        *("--http", "1", "--no-ws", "--log-level", "error"),
        *("--respawn-failed-workers", "--respawn-interval", "0.2", "--workers-kill-timeout", "20"),
    ]


COMMANDS = {"gunicorn": served_by_gunicorn, "granian": served_by_granian}
"""The servers that were tried; what each is told, so that they stand the same way."""


@dataclass(frozen=True)
class Database:
    """Where both keep their rows: each in a database of its own on the same store."""

    kind: str
    hook_url: str
    bare_url: str
    folder: Path


@dataclass(frozen=True)
class Served:
    """A hook that is up, and what a caller needs."""

    port: int
    path: str
    secret: str
    client_id: str


@contextmanager
def durable_database(kind: str) -> Iterator[Database]:
    """SQLite files with WAL and FULL (set by both apps), or a PostgreSQL of our own with fsync."""
    with tempfile.TemporaryDirectory(prefix="cg-bench-") as name:
        folder = Path(name)
        if kind == "sqlite":
            yield Database(kind, f"sqlite:///{folder}/hook.sqlite", f"sqlite:///{folder}/bare.sqlite", folder)
            return
        from tests.support import postgres, postgres_keeper  # only where the dev set is installed

        folder.chmod(0o755)
        server, url = postgres_keeper.start_server(folder, postgres_keeper.DURABLE)
        try:
            with (
                postgres.fresh_database(url, "hook") as hook_url,
                postgres.fresh_database(url, "bare") as bare_url,
            ):
                yield Database(kind, hook_url, bare_url, folder)
        finally:
            postgres_keeper.stop_server(server)


def environment_of(database: Database) -> dict[str, str]:
    """What the product is told of a database that is its own."""
    return {
        **os.environ,
        "FLASK_APP": "app:create_app",
        "IS_DEMO": "1",
        "INSTANCE_PATH": str(database.folder / "instance"),
        "DATABASE_URL": database.hook_url,
    }


@contextmanager
def hook(database: Database, server: str, client: dict[str, str]) -> Iterator[Served]:
    """Our hook in a demo city, asked by a dispatch client of its own (see `prepare`)."""
    with _served(PRODUCT, environment_of(database), server) as port:
        yield Served(port, HOOK_PATH, client["secret"], client["client_id"])


def prepare(environ: dict[str, str], *more: str) -> dict[str, str]:
    """Fill an empty database with a small invented city; gives what a new dispatch client is told once."""
    run_flask(environ, "db", "upgrade")
    run_flask(environ, "demo", "load", "--size", "small")
    agency = ("--agency", "psap.bench.example", "--purpose", "dispatch")
    made: dict[str, str] = json.loads(
        run_flask(environ, "accounts", "create-client", *agency, *more).strip().splitlines()[-1]
    )
    return made


def run_flask(environ: dict[str, str], *arguments: str) -> str:
    """One of the product's commands; gives what it printed."""
    return subprocess.run(
        [PROGRAMS / "flask", *arguments],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


@contextmanager
def pages(database: Database, server: str) -> Iterator[int]:
    """Where people read, as script/serve starts it beside the hook: processes of their own that give way."""
    with _served(PRODUCT, environment_of(database), server, PAGES_GIVE_WAY_BY) as port:
        yield port


@contextmanager
def bare(database: Database, server: str) -> Iterator[Served]:
    """The bound: see bare.py."""
    secret = new_secret()
    keep_in(database.bare_url)  # the table is there before several workers ask for it at once
    environ = {**os.environ, "BENCH_URL": database.bare_url, "BENCH_SECRET": secret}
    with _served("bench.bare:create_app", environ, server) as port:
        yield Served(port, "/hook", secret, "bench")


@contextmanager
def _served(application: str, environ: dict[str, str], server: str, niceness: int = 0) -> Iterator[int]:
    """The same server with the same workers and threads for whatever is measured."""
    port = free_port()
    process = subprocess.Popen(
        [str(which("nice")), f"-n{niceness}", str(PROGRAMS / server), *COMMANDS[server](application, port)],
        cwd=ROOT,
        env=environ,
        stdout=sys.stderr,
    )
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Until the server listens."""
    while server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("The server did not start.")

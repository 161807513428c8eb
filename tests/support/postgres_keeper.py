"""Keeps the tests' PostgreSQL cluster while anybody uses it, then stops it and cleans up.

Every test process holds users.lock; when the keeper can have it alone, nobody is left.
The system drops the lock of a process that was killed, so no cluster outlives its users.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.support.postgres import create_cluster, server_user

# The next run within this time finds the cluster running. Not where a machine must be left clean.
LINGER_SECONDS = 0 if os.environ.get("CI") else 20
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
DURABLE = ("fsync=on", "synchronous_commit=on", "max_connections=200", "log_min_messages=fatal")


def start_server(folder: Path, options: tuple[str, ...]) -> tuple[subprocess.Popen[bytes], str]:
    """Start a new, empty cluster in `folder`; gives the process and the URL."""
    binaries, data = create_cluster(folder)
    sockets = folder / "socket"
    shutil.rmtree(sockets, ignore_errors=True)
    sockets.mkdir(mode=0o700)
    user = server_user()
    if user:
        shutil.chown(sockets, user)
    settings = [part for option in options for part in ("-c", option)]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", data, "-k", sockets, "-h", "", *settings],
        user=user,
        cwd=folder,
        stdin=subprocess.DEVNULL,
    )
    ready = [binaries / "pg_isready", "-q", "-U", "postgres", "-h", sockets]
    while subprocess.run(ready, check=False).returncode != 0:
        if server.poll() is not None:
            raise SystemExit("PostgreSQL did not start.")
        time.sleep(0.02)
    return server, f"postgresql://postgres@/postgres?host={sockets}"


def stop_server(server: subprocess.Popen[bytes]) -> None:
    """Stop at once, without waiting for clients."""
    server.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(10)
        return
    server.send_signal(signal.SIGQUIT)
    server.wait()


def is_unused(folder: Path) -> bool:
    with (folder / "users.lock").open("w") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def main(folder: Path) -> None:
    """Start, tell the URL, wait until nobody has used it for a while, stop, clean up."""
    server, url = start_server(folder, FAST_AND_FORGETFUL)
    fresh = folder / "state.json.new"
    fresh.write_text(json.dumps({"url": url}))
    fresh.rename(folder / "state.json")
    unused_since: float | None = None
    while server.poll() is None:
        time.sleep(0.25)
        if not is_unused(folder):
            unused_since = None
            continue
        unused_since = unused_since or time.monotonic()
        if time.monotonic() - unused_since < LINGER_SECONDS:
            continue
        with (folder / "start.lock").open("w") as start:
            fcntl.flock(start, fcntl.LOCK_EX)  # nobody may join while we leave
            if is_unused(folder):
                (folder / "state.json").unlink()
                stop_server(server)
    for leftover in ("data", "programs", "socket"):
        shutil.rmtree(folder / leftover, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(Path(sys.argv[1]))

"""A clock that can be moved under running processes, with Debian's libfaketime."""

import os
from pathlib import Path

LIBRARIES = ("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime")


class NotInstalled(Exception):
    """There is no libfaketime on this machine."""


class FalseClock:
    """What the processes are told of the time; only the wall clock moves, as when a clock is set."""

    def __init__(self, folder: Path) -> None:
        found = [path for name in LIBRARIES if (path := Path(name) / "libfaketimeMT.so.1").exists()]
        if not found:
            raise NotInstalled("libfaketime is not there; on Debian: apt-get install faketime")
        self._file = folder / "clock"
        self.move(0)
        self.environ = {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def move(self, seconds: int) -> None:
        """From now on it is so many seconds later than it is, for every process at once."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+}\n")
        os.replace(fresh, self._file)

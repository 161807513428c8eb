"""How much room is left where we write: known before the disk says so by failing."""

import shutil
from pathlib import Path
from threading import Lock
from time import monotonic

SECONDS_OLD = 1.0
ENOUGH_FOR_CALLS = 0.02
"""Below this free share no call is taken: what is left lets staff finish what they have."""
ENOUGH_FOR_PAPERS = 0.15
"""Below this free share nothing is taken that can wait."""
HEALTHY = 0.10
"""Below this free share dispatch is told that we are not well."""

_kept: dict[Path, tuple[float, float]] = {}
_lock = Lock()


def free_share(path: Path) -> float:
    """The share of the file system of a path that is free, from 0 to 1, at most a second old."""
    now = monotonic()
    with _lock:
        at, share = _kept.get(path, (0.0, 0.0))
        if not at or now - at > SECONDS_OLD:
            usage = shutil.disk_usage(path)
            share = usage.free / usage.total
            _kept[path] = (now, share)
    return share


def forget_shares() -> None:
    """Look again at the next question."""
    _kept.clear()

"""The witness's file: one checkpoint a line, outside the database, only ever added to.

It belongs on a disk of another machine, or one that takes additions only. A line counts once
it is on the disk (fsync). A power cut may leave half a line; then the next begins on a line of
its own and says the same again, whole. Nothing that stands in the file is ever written over.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.audit.checkpoints import BadCheckpoint, Checkpoint
from app.foundation.durable import sync, write_whole

LONGEST_LINE = 4_096
_AT_ONCE = 500


class WitnessUnreadable(Exception):
    """The witness cannot be asked. Says why in plain words; it says nothing about the trail."""


class WitnessDiffers(Exception):
    """The file has another checkpoint than the database, or a newer one. Nothing is added to it."""


@contextmanager
def adding(path: Path) -> Iterator[int]:
    """Hold the file for adding: its descriptor. Two workers take turns. Raises `OSError`."""
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
        os.fsync(descriptor)
        if is_new:
            sync(path.parent)
    finally:
        os.close(descriptor)


def add_lines(descriptor: int, lines: Iterator[str]) -> int:
    """Add lines at the end; says how many. After half a line it begins on a new one."""
    count, kept = 0, b"" if _ends_whole(descriptor) else b"\n"
    for line in lines:
        kept += line.encode() + b"\n"
        count += 1
        if count % _AT_ONCE == 0:
            write_whole(descriptor, kept)
            kept = b""
    write_whole(descriptor, kept)
    return count


def last_line(descriptor: int) -> str | None:
    """The last whole line; None in a file without any. Half a line has no closing brace: passed over."""
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, 4 * LONGEST_LINE, max(size - 4 * LONGEST_LINE, 0))
    whole = tail[: tail.rfind(b"\n") + 1].split(b"\n")
    return next((line.decode("utf-8", "replace") for line in reversed(whole) if line.endswith(b"}")), None)


def newest_in(path: Path) -> Checkpoint | None:
    """The newest checkpoint in the file; None in an empty one. Raises `WitnessUnreadable`."""
    try:
        with path.open("rb") as file:
            line = last_line(file.fileno())
        return Checkpoint.read(line) if line else None
    except OSError as problem:
        raise WitnessUnreadable(f"{path.name}: {problem.strerror}.") from None
    except BadCheckpoint as problem:
        raise WitnessUnreadable(f"The last line of {path.name}: {problem}.") from None


def read_all(path: Path) -> Iterator[Checkpoint]:
    """Every checkpoint of a file, one at a time; raises `WitnessUnreadable`.

    A line that is the beginning of the next was cut off by a power cut, and a line that comes
    twice was delivered twice: both are passed over.
    """
    before, number = "", 0
    try:
        with path.open(encoding="ascii", errors="strict", newline="\n") as file:
            for number, raw in enumerate(file, 1):
                line = raw.rstrip("\n")
                if before and line != before and not line.startswith(before):
                    yield _read(path, number - 1, before)
                before = line if line or not before else before
            if before and raw.endswith("\n"):
                yield _read(path, number, before)
    except OSError as problem:
        raise WitnessUnreadable(f"{path.name}: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise WitnessUnreadable(f"{path.name} is no file of checkpoints.") from None


def _read(path: Path, number: int, line: str) -> Checkpoint:
    try:
        return Checkpoint.read(line)
    except BadCheckpoint as problem:
        raise WitnessUnreadable(f"Line {number} of {path.name}: {problem}.") from None


def _ends_whole(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"

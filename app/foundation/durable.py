"""Writing files so that a power cut takes nothing back: all of it, on the disk, under its name."""

import os
from pathlib import Path


def write_whole(descriptor: int, content: bytes) -> None:
    """Write all of it, or raise `OSError`: a disk that is almost full takes a part and says nothing."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def sync(path: Path) -> None:
    """Wait until a file is on the disk; of a folder, until the names in it are."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

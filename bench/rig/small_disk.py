"""A small disk of its own, that can be filled and given room again."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotAllowed(Exception):
    """This machine does not let us mount; says what it said."""


class SmallDisk:
    """A mounted folder and the ballast in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Take every byte that is left."""
        with self._ballast.open("ab") as ballast, contextlib.suppress(OSError):
            piece = bytes(65_536)
            while piece:
                try:
                    os.write(ballast.fileno(), piece)
                except OSError:
                    piece = piece[: len(piece) // 2]

    def make_room(self) -> None:
        """Give it back."""
        self._ballast.unlink(missing_ok=True)

    @property
    def free_bytes(self) -> int:
        return shutil.disk_usage(self.folder).free


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """A file system in memory, of this size; gone afterwards. Raises `NotAllowed`."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "cg-small-disk", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise NotAllowed("mount is not installed") from None
    except subprocess.CalledProcessError as problem:
        raise NotAllowed(str(problem.stderr).strip()[:200]) from None
    try:
        yield SmallDisk(folder)
    finally:
        unmount = ["umount", "--lazy", str(folder)]
        subprocess.run(unmount, check=True)

"""What a disk would hold after the power went, from the log of the layer in powercut.c.

Modelled: a file's bytes and length are kept when the file was synced after they were written
(or written on a descriptor that syncs). A name that was made, moved or taken away is kept
when its folder was synced afterwards. Of everything else a disk may hold nothing, or any
part: here either nothing, or of each file at random none, the first so many, or any of the
unsynced writes, each in pages of 4 kB, and of the last page only some sectors of 512 bytes.
Not modelled: writes that a disk acknowledged and lost, and bits that change by themselves.
"""

import os
import random
import shutil
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HEAD = struct.Struct("=IBBHQQQ")
MARK = 0x54554350
PAGE, SECTOR = 4096, 512


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that was done, in the order in which it was done."""

    what: str
    is_durable: bool
    inode: int
    offset: int
    path: str
    data: bytes
    end: int
    """Where the log stood after it."""


def read_log(log: Path) -> Iterator[Record]:
    """All records; the log of killed processes may end in a part of one."""
    with log.open("rb") as file:
        position = 0
        while len(head := file.read(HEAD.size)) == HEAD.size:
            mark, what, is_durable, path_length, inode, offset, length = HEAD.unpack(head)
            if mark != MARK:
                raise ValueError(f"The log makes no sense at {position}.")
            path = file.read(path_length)
            size = length if chr(what) == "W" else 0
            data = file.read(size)
            position += HEAD.size + path_length + size
            if len(data) == size:
                name = os.fsdecode(path)
                yield Record(chr(what), bool(is_durable), inode, offset, name, data, position)


@dataclass
class Content:
    """A file: what is safe, and what was done to it since its last sync."""

    safe: bytearray = field(default_factory=bytearray)
    since: list[Record] = field(default_factory=list)

    def sync(self) -> None:
        """Everything done so far is safe."""
        for record in self.since:
            apply(self.safe, record)
        self.since.clear()


def apply(content: bytearray, record: Record) -> None:
    """Do once more what was done to a file."""
    if record.what == "T":
        _resize(content, record.offset)
    elif record.what == "F":
        _resize(content, max(len(content), record.offset))
    else:
        _put(content, record.offset, record.data)


def _resize(content: bytearray, length: int) -> None:
    if length < len(content):
        del content[length:]
    else:
        content.extend(bytes(length - len(content)))


def _put(content: bytearray, offset: int, data: bytes) -> None:
    if offset > len(content):
        _resize(content, offset)
    content[offset : offset + len(data)] = data


class Disk:
    """The watched folder as a disk has it, moment by moment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.names: dict[str, Content] = {}
        """Path in the folder to its file: what is safe of the names."""
        self.folders: set[str] = set()
        self._since: list[tuple[Record, Content]] = []
        """What was done to names and is not safe yet, with the file that it was done to."""
        self._file_of_inode: dict[int, Content] = {}
        self._folder_of_inode: dict[int, str] = {}
        self.seen: Counter[str] = Counter()
        for path in folder.rglob("*"):
            if path.is_dir():
                self._note_folder(path)
            elif path.is_file():
                content = Content(bytearray(path.read_bytes()))
                self.names[self._inside(path)] = content
                self._file_of_inode[path.stat().st_ino] = content
        self._note_folder(folder)

    def do(self, record: Record) -> None:
        """One more thing happened."""
        self.seen[record.what] += 1
        if record.what == "C":
            self._file_of_inode[record.inode] = Content()
        file = self._file_of_inode.setdefault(record.inode, Content())
        if record.what in "WTF":
            file.since.append(record)
        if record.what == "S" or record.is_durable:
            file.sync()
        elif record.what == "D":
            self._sync_folder(self._folder_of_inode.get(record.inode, ""))
        elif record.what in "CRLU":
            self._since.append((record, file))

    def rebuild(self, into: Path, chance: random.Random | None) -> None:
        """Write what the disk holds; without `chance` all that is unsafe is gone."""
        names = dict(self.names)
        if chance is not None:
            for record, file in self._since[: chance.randint(0, len(self._since))]:
                self._rename(names, record, file)
        for name in self.folders:
            (into / name).mkdir(parents=True, exist_ok=True)
        for name, content in names.items():
            kept = content.safe if chance is None else _some_of(content, chance)
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            (into / name).write_bytes(kept)

    def _note_folder(self, path: Path) -> None:
        inside = self._inside(path)
        self.folders.add(inside)
        self._folder_of_inode[path.stat().st_ino] = inside

    def _inside(self, path: Path | str) -> str:
        return os.path.relpath(path, self._folder)

    def _sync_folder(self, folder: str) -> None:
        left = []
        for record, file in self._since:
            touched = {os.path.dirname(self._inside(path)) or "." for path in record.path.split("\0")}
            if folder in touched:
                self._rename(self.names, record, file)
            else:
                left.append((record, file))
        self._since = left

    def _rename(self, names: dict[str, Content], record: Record, file: Content) -> None:
        first, *rest = [self._inside(path) for path in record.path.split("\0")]
        if record.what in "RU":
            names.pop(first, None)
        if record.what in "CRL":
            names[rest[0] if rest else first] = file


def _some_of(content: Content, chance: random.Random) -> bytearray:
    """The safe part of a file and, by chance, none, the first, or any of what came after."""
    kept, how = bytearray(content.safe), chance.choice(("none", "first", "any", "any"))
    if how == "first":
        for record in content.since[: chance.randint(0, len(content.since))]:
            apply(kept, record)
    elif how == "any":
        share = chance.random()
        for record in content.since:
            if record.what != "W":
                apply(kept, record)
                continue
            for piece in _pages_of(record):
                if chance.random() < share:
                    apply(kept, _torn(piece, chance))
    return kept


def _pages_of(record: Record) -> Iterator[Record]:
    start = 0
    while start < len(record.data):
        end = min(len(record.data), start + PAGE - (record.offset + start) % PAGE)
        yield Record("W", False, record.inode, record.offset + start, "", record.data[start:end], 0)  # noqa: FBT003
        start = end


def _torn(page: Record, chance: random.Random) -> Record:
    """One page in eight was being written when the power went: some sectors of it came through."""
    if chance.randrange(8) or len(page.data) <= SECTOR:
        return page
    kept = page.data[: SECTOR * chance.randint(1, len(page.data) // SECTOR)]
    return Record("W", False, page.inode, page.offset, "", kept, 0)  # noqa: FBT003


def copy_owned(folder: Path, owner: str | None) -> None:
    """Give a rebuilt folder to the user that the database runs as."""
    if owner is None:
        return
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, owner)
        path.chmod(0o700 if path.is_dir() else 0o600)

"""The ledger of erasures: a file outside the database that only grows, chained by keyed digests.

A backup of the database knows nothing of what was destroyed after it was made. The ledger does:
each key is written here, and is on the disk, before its destruction is committed; a database
that was restored is brought to the same state before anything is served from it.
"""

import fcntl
import hmac
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.foundation.durable import sync, write_whole

_START = "0" * 64
_TAIL_BYTES = 64 * 1024


class LedgerBroken(Exception):
    """A line of the ledger was changed, taken out or put in; the message says which."""


@dataclass(frozen=True)
class Line:
    """Keys that were destroyed together, when and why."""

    at: datetime
    reason: str
    key_ids: tuple[str, ...]
    mac: str


class Ledger:
    """The file and the key that its lines are chained with."""

    def __init__(self, path: Path, *, blind_index_key: bytes) -> None:
        self.path = path
        self._key = HKDF(SHA256(), 32, salt=None, info=b"ledger of erasures").derive(blind_index_key)

    def append(self, at: datetime, reason: str, key_ids: Sequence[str]) -> Line:
        """Add a line; it is on the disk on return. Raises `OSError` when it cannot be."""
        with self._open_alone() as file:
            last = self._cut_torn_tail(file)
            said = {"at": at.isoformat(), "reason": reason, "keys": list(key_ids)}
            mac = self._mac(last, said)
            write_whole(file, json.dumps({**said, "mac": mac}).encode() + b"\n")
            os.fsync(file)
        return Line(at, reason, tuple(key_ids), mac)

    def lines(self) -> Iterator[Line]:
        """All lines in order, each checked against the one before; raises `LedgerBroken`.

        A last line that a power cut has torn was never acted on, and is left out.
        """
        if not self.path.exists():
            return
        previous = _START
        with self.path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if not raw.endswith(b"\n"):
                    return
                line = self._read(raw, previous, number)
                previous = line.mac
                yield line

    def _read(self, raw: bytes, previous: str, number: int) -> Line:
        try:
            said = json.loads(raw)
            mac = said.pop("mac")
            line = Line(datetime.fromisoformat(said["at"]), said["reason"], tuple(said["keys"]), mac)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise LedgerBroken(f"Line {number} of the ledger of erasures cannot be read.") from None
        if not hmac.compare_digest(mac, self._mac(previous, said)):
            raise LedgerBroken(f"Line {number} of the ledger of erasures does not follow the one before.")
        return line

    def _mac(self, previous: str, said: Mapping[str, object]) -> str:
        text = json.dumps([previous, said], sort_keys=True)
        return hmac.digest(self._key, text.encode(), "sha256").hex()

    @contextmanager
    def _open_alone(self) -> Iterator[int]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)  # given up when the file is closed
            if is_new:
                sync(self.path.parent)
            yield file
        finally:
            os.close(file)

    @staticmethod
    def _cut_torn_tail(file: int) -> str:
        """The digest of the last whole line; what a power cut left after it is cut off."""
        end = os.fstat(file).st_size
        if end == 0:
            return _START
        tail = os.pread(file, _TAIL_BYTES, max(0, end - _TAIL_BYTES))
        whole = tail[: tail.rfind(b"\n") + 1]
        if len(whole) < len(tail):
            os.ftruncate(file, end - len(tail) + len(whole))
        if not whole:
            return _START
        return str(json.loads(whole.splitlines()[-1])["mac"])

"""A file sealed with one key, in pieces, so that a large one is written and read without holding it.

AES-256-GCM under a key of the file's own (HKDF from the operator's key and a random salt). Each
piece has its number and whether it is the last in its nonce, and the open header as associated
data: a file that was cut, changed, mixed with another or glued to one does not open.
"""

import json
import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.foundation.durable import sync

PIECE = 1024 * 1024
_MAGIC = b"common-ground sealed file 1\n"
_TAG = 16
_MOST_HEADER = 64 * 1024


class BadFile(Exception):
    """The file is not one of ours, is cut or changed, or the key is not its key. The message says which."""


def write_sealed(path: Path, header: dict[str, Any], content: Iterable[bytes], *, key: bytes) -> None:
    """Write a file that did not exist before; it is whole and on the disk on return, or not there."""
    open_header = json.dumps(header | {"salt": os.urandom(32).hex()}, sort_keys=True).encode()
    cipher = _cipher(key, open_header)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(_MAGIC + struct.pack(">I", len(open_header)) + open_header)
            for number, piece, is_last in _numbered(_pieces(content)):
                file.write(cipher.encrypt(_nonce(number, is_last=is_last), piece, open_header))
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)  # refuses to replace what is there already
        sync(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def read_header(path: Path) -> dict[str, Any]:
    """What a file says openly of itself; nothing of it is proved before it is opened. Raises `BadFile`."""
    with path.open("rb") as file:
        _, header = _take_header(file)
    return header


def read_sealed(path: Path, *, key: bytes) -> Iterator[bytes]:
    """The content in pieces, each proved before it is given. Raises `BadFile`, for a cut end at its end."""
    with path.open("rb") as file:
        open_header, _ = _take_header(file)
        cipher = _cipher(key, open_header)
        number, piece = 0, file.read(PIECE + _TAG)
        while True:
            following = file.read(PIECE + _TAG)
            try:
                yield cipher.decrypt(_nonce(number, is_last=not following), piece, open_header)
            except InvalidTag:
                raise BadFile(
                    f"{path.name} is cut or changed, or BACKUP_KEY is not the key that it was made with."
                ) from None
            if not following:
                return
            number, piece = number + 1, following


def _take_header(file: BinaryIO) -> tuple[bytes, dict[str, Any]]:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise BadFile("This is not a backup of ours.")
    try:
        [length] = struct.unpack(">I", file.read(4))
        if length > _MOST_HEADER:
            raise BadFile("The header of this backup is changed.")
        raw = file.read(length)
        header: dict[str, Any] = json.loads(raw)
    except (struct.error, ValueError):
        raise BadFile("The header of this backup is cut or changed.") from None
    return raw, header


def _cipher(key: bytes, open_header: bytes) -> AESGCM:
    """The salt in the header makes the key of each file another one."""
    return AESGCM(HKDF(SHA256(), 32, salt=open_header, info=b"sealed file").derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _numbered(pieces: Iterator[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Each piece with its number, and whether it is the last."""
    number, piece = 0, next(pieces)
    for following in pieces:
        yield number, piece, False
        number, piece = number + 1, following
    yield number, piece, True


def _pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size; the last may be shorter, even empty."""
    waiting = bytearray()
    for some in content:
        waiting += some
        while len(waiting) > PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    yield bytes(waiting)

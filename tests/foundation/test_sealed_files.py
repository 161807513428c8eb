"""A sealed file opens whole or not at all."""

from pathlib import Path

import pytest

from app.foundation import sealed_files
from app.foundation.sealed_files import BadFile, read_header, read_sealed, write_sealed

KEY, PIECE, TAG = b"c" * 32, 64, 16
HEADER = {"part": "data", "made_at": "2026-11-21T20:00:00+00:00"}


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a few hundred bytes then have several pieces."""
    monkeypatch.setattr(sealed_files, "PIECE", PIECE)


def written(path: Path, content: bytes) -> bytes:
    """Write a file in crumbs; gives its pieces as they lie on the disk."""
    write_sealed(path, HEADER, [content[n : n + 7] for n in range(0, len(content), 7)], key=KEY)
    return path.read_bytes()[-sum(sizes(len(content))) :]


def sizes(length: int) -> list[int]:
    """How long each piece of a file is on the disk."""
    full, rest = divmod(length, PIECE)
    parts = [PIECE] * full + ([rest] if rest or not full else [])
    return [part + TAG for part in parts]


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5])
def test_what_was_written_is_read(tmp_path: Path, length: int) -> None:
    content = bytes(n % 251 for n in range(length))
    file = tmp_path / "file"
    written(file, content)

    assert b"".join(read_sealed(file, key=KEY)) == content
    assert read_header(file).items() >= HEADER.items()
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_file_cut_between_two_pieces_does_not_open(tmp_path: Path, kept: int) -> None:
    """Each piece left is whole and in its place; only the mark of the last one is missing."""
    file = tmp_path / "file"
    pieces = written(file, b"x" * (3 * PIECE))
    file.write_bytes(file.read_bytes()[: -len(pieces)] + pieces[: kept * (PIECE + TAG)])

    with pytest.raises(BadFile):
        list(read_sealed(file, key=KEY))


def test_pieces_that_changed_places_do_not_open(tmp_path: Path) -> None:
    file = tmp_path / "file"
    pieces = written(file, b"x" * (3 * PIECE))
    one = PIECE + TAG
    swapped = pieces[one : 2 * one] + pieces[:one] + pieces[2 * one :]
    file.write_bytes(file.read_bytes()[: -len(pieces)] + swapped)

    with pytest.raises(BadFile):
        list(read_sealed(file, key=KEY))


def test_two_files_are_never_sealed_alike(tmp_path: Path) -> None:
    """The same key and number twice would give away what differs between two backups."""
    one, other = (written(tmp_path / name, name.encode() * PIECE) for name in ("a", "b"))

    assert bytes(x ^ y for x, y in zip(one[:PIECE], other[:PIECE], strict=True)) != b"\x03" * PIECE


def test_a_file_is_never_replaced_and_a_failed_one_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "file"
    written(file, b"first")
    with pytest.raises(FileExistsError):
        written(file, b"second")
    assert b"".join(read_sealed(file, key=KEY)) == b"first"

    def fails() -> object:
        yield b"some"
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_sealed(tmp_path / "other", HEADER, fails(), key=KEY)  # type: ignore[arg-type]
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"common-ground sealed file 1\n\0\0"])
def test_what_is_not_ours_is_not_read(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(BadFile):
        read_header(file)

"""When a checkpoint is due, what its line is, and what follows what."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.audit.checkpoints import BadCheckpoint, Checkpoint, Follower, Signer, is_due, read_public_key
from app.audit.digests import START

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
OLD, NEW = Signer.of(b"1" * 32, "office.example"), Signer.of(b"2" * 32, "office.example")


def some(count: int, signer: Signer = OLD, last: Checkpoint | None = None) -> list[Checkpoint]:
    """So many checkpoints, each after the one before."""
    made = []
    for _ in range(count):
        last = signer.checkpoint(last, (last.position if last else 0) + 10, "d" * 64, NOW)
        made.append(last)
    return made


@pytest.mark.parametrize(
    ("since", "waited", "due"),
    [
        (0, None, False),
        (1, None, True),  # the first is told at once
        (1, timedelta(seconds=59.9), False),
        (1, timedelta(seconds=60), True),
        (9, timedelta(seconds=59.9), False),
        (10, timedelta(0), True),
        (500, timedelta(0), True),
        (0, timedelta(hours=1), False),
        (1, timedelta(seconds=-60), True),  # the clock was put back
        (-5, timedelta(hours=1), False),  # the end was cut off: nothing is signed over that
    ],
)
def test_a_checkpoint_is_due_after_ten_entries_or_a_minute(
    since: int, waited: timedelta | None, due: bool
) -> None:
    assert is_due(since, waited) is due


def test_a_line_is_the_same_letters_when_it_is_read_again() -> None:
    [made] = some(1)

    assert Checkpoint.read(made.line) == made
    assert made.line.isascii()
    assert json.dumps(json.loads(made.line), sort_keys=True, separators=(",", ":")) == made.line


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2},
        {"position": 11},
        {"digest": "e" * 64},
        {"previous": "e" * 64},
        {"at": "2026-03-02T19:00:00.000000+00:00"},
        {"office": "another.example"},
        {"key": NEW.public_key},
        {"next_key": NEW.public_key},
        {"signature": "AAAA"},
        {"signature": "é"},
    ],
)
def test_whatever_is_changed_in_a_line_its_signature_does_not_hold(change: dict[str, object]) -> None:
    [made] = some(1)

    with pytest.raises(BadCheckpoint, match="signature"):
        Checkpoint.read(replace(made, **change).line)


@pytest.mark.parametrize(
    "line",
    ["", "{", "[]", "null", "{}", '{"type":"trail.checkpoint"}', "9" * 5000, "[" * 100_000],
)
def test_what_is_no_checkpoint_is_said_to_be_none(line: str) -> None:
    with pytest.raises(BadCheckpoint):
        Checkpoint.read(line)


def test_a_line_with_other_spaces_is_another_line() -> None:
    [made] = some(1)

    with pytest.raises(BadCheckpoint, match="written"):
        Checkpoint.read(json.dumps(json.loads(made.line)))


def test_checkpoints_follow_one_another() -> None:
    first, second, third = some(3)
    follower = Follower()
    for one in (first, second, third):
        follower.follow(one)

    assert (follower.last, first.previous, second.previous) == (third, START, first.hash)


@pytest.mark.parametrize("order", [(1,), (0, 2), (0, 0), (0, 1, 1)])
def test_one_that_is_left_out_or_comes_again_is_seen(order: tuple[int, ...]) -> None:
    *before, last = [some(3)[place] for place in order]
    follower = Follower()
    for one in before:
        follower.follow(one)

    with pytest.raises(BadCheckpoint, match="should stand here"):
        follower.follow(last)


def test_a_witness_may_have_begun_later() -> None:
    made, follower = some(5), Follower(may_skip=True)
    for one in (made[1], made[2], made[4]):
        follower.follow(one)

    with pytest.raises(BadCheckpoint):
        follower.follow(made[3])


def test_a_key_hands_over_to_the_one_it_names_and_to_no_other() -> None:
    first = OLD.checkpoint(None, 10, "d" * 64, NOW, next_key=NEW.public_key)
    [after] = some(1, NEW, first)
    [stranger] = some(1, OLD, first)
    follower = Follower()
    follower.follow(first)

    with pytest.raises(BadCheckpoint, match="another key"):
        follower.follow(stranger)
    follower.follow(after)
    assert follower.keys == {OLD.public_key, NEW.public_key}


def test_one_that_stands_earlier_than_the_one_before_is_seen() -> None:
    [first] = some(1)
    follower = Follower()
    follower.follow(first)

    with pytest.raises(BadCheckpoint, match="before"):
        follower.follow(OLD.checkpoint(first, 9, "d" * 64, NOW))


@pytest.mark.parametrize("text", ["", "abc", "é", "A" * 44, "whpk_" + OLD.public_key])
def test_what_is_no_public_key_is_refused_without_being_said(text: str) -> None:
    with pytest.raises(ValueError, match="A public key is 32 bytes in base64") as refusal:
        read_public_key(text)
    assert not text or text not in str(refusal.value)


def test_a_signer_shows_no_key() -> None:
    assert "1111" not in repr(OLD)

"""Ten kinds of tampering, six times each: every one is found, and an untouched trail never.

The table below is the honest part: what the chain alone finds, what the checkpoints in the
database add, and what only the outside witness finds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from app.audit import chain
from app.audit.verification import Report, verify_all
from app.foundation.db import db
from tests.support.tampering import ATTACKS, SIGNER, SIZE, Attack, disarm, make_trail

VARIANTS = 6
# What finds all six variants of a kind (x), and what finds none (-): chain, checkpoints, witness.
FOUND_BY = {
    "edit": "xxx",
    "delete_one": "xxx",
    "delete_and_close_up": "xxx",
    "swap": "xxx",
    "insert_one": "xxx",
    "edit_and_rechain": "-xx",
    "cut_off": "-xx",
    "cut_off_with_checkpoints": "--x",
    "edit_and_resign": "--x",
    "delete_and_resign": "--x",
}


@pytest.fixture
def file(app: Flask, tmp_path: Path) -> Path:
    """The witness's file of a whole trail; the triggers are gone."""
    path = tmp_path / "witness.jsonl"
    make_trail(path)
    disarm()
    db.session.commit()
    return path


@dataclass(frozen=True)
class Try:
    """One variant: where it begins, and what each level finds of it."""

    position: int
    breaks_chain: bool
    by_checkpoints: Report
    by_witness: Report


def tries(attack: Attack, file: Path) -> Iterator[Try]:
    """Each variant on the same trail, undone after it was looked at."""
    for variant in range(VARIANTS):
        position = attack.act(Random(f"{attack.act.__name__} {variant}"), variant)  # noqa: S311 - a seed
        db.session.flush()
        yield Try(
            position,
            chain.verify().broken_at is not None,
            verify_all(SIGNER.public_key),
            verify_all(SIGNER.public_key, file),
        )
        db.session.rollback()


def test_an_untouched_trail_raises_no_alarm(file: Path) -> None:
    report = verify_all(SIGNER.public_key, file)

    assert (report.damages, report.unknown) == ([], None)
    assert (report.linked_count, report.waiting_count, report.covered) == (SIZE, 0, SIZE)
    assert report.checkpoint_count == report.witnessed_count >= SIZE // 10


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.act.__name__)
def test_every_kind_is_found_and_called_what_it_is_and_each_level_finds_what_the_table_says(
    file: Path, attack: Attack
) -> None:
    tried = list(tries(attack, file))

    for one in tried:
        first = one.by_witness.damages[0]
        assert (first.kind.value, first.position <= one.position <= first.until) == (attack.called, True)
    found = (
        sum(one.breaks_chain for one in tried),
        sum(bool(one.by_checkpoints.damages) for one in tried),
        sum(bool(one.by_witness.damages) for one in tried),
    )
    expected = FOUND_BY[attack.act.__name__]
    assert found == tuple(VARIANTS if mark == "x" else 0 for mark in expected)


def test_the_suite_is_sixty() -> None:
    assert len(ATTACKS) * VARIANTS == 60
    assert set(FOUND_BY) == {attack.act.__name__ for attack in ATTACKS}

"""`flask audit verify`: exit 0 with figures, 1 with the place and the kind, 2 when it cannot know."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from app.audit.checkpoints import Signer
from app.audit.verification import verify_all
from app.audit.witness import standing
from app.foundation import clock
from app.foundation.db import db
from tests.support.tampering import SIGNER, disarm, make_linker, make_trail, note, take_out


@pytest.fixture
def file(app: Flask, tmp_path: Path) -> Path:
    return tmp_path / "witness.jsonl"


@pytest.fixture
def verify(app: Flask) -> Callable[..., Result]:
    """What `flask audit verify` says: verify("--witness", file)."""

    def run(*arguments: Any) -> Result:
        db.session.commit()
        return app.test_cli_runner().invoke(args=["audit", "verify", *map(str, arguments)])

    return run


def test_a_sound_trail_is_said_with_its_figures(file: Path, verify: Callable[..., Result]) -> None:
    make_trail(file, 30)
    with clock.as_of(clock.now()):
        note(1)
        said = verify("--witness", file, "--public-key", SIGNER.public_key)

    assert said.exit_code == 0
    assert said.output.startswith(
        "30 entries linked, 1 not linked yet.\nThe oldest that is not linked yet is 0 s"
    )
    assert "3 checkpoints hold, up to position 30; the witness has 3 of them." in said.output


def test_damage_is_said_with_its_place_and_kind(file: Path, verify: Callable[..., Result]) -> None:
    make_trail(file, 30)
    disarm()
    take_out(17)

    said = verify("--witness", file)

    assert said.exit_code == 1
    assert "The trail does not hold. The entry at position 17 was taken out." in said.output
    assert "The trail holds" not in said.output


def test_a_witness_that_is_not_there_is_exit_two(file: Path, verify: Callable[..., Result]) -> None:
    make_trail(None, 30)

    said = verify("--witness", file)

    assert said.exit_code == 2
    assert "Not known: the witness cannot be read. witness.jsonl: No such file" in said.output
    assert "The trail holds" not in said.output


def test_damage_counts_more_than_a_witness_that_is_not_there(
    file: Path, verify: Callable[..., Result]
) -> None:
    make_trail(None, 30)
    disarm()
    take_out(17)

    assert verify("--witness", file).exit_code == 1


def test_without_a_witness_it_says_what_it_cannot_know(app: Flask, verify: Callable[..., Result]) -> None:
    make_trail(None, 30)

    said = verify()

    assert said.exit_code == 0
    assert "No outside witness was asked" in said.output


def test_a_public_key_that_is_none_is_refused(app: Flask, verify: Callable[..., Result]) -> None:
    assert "A public key is 32 bytes in base64." in verify("--public-key", "abc").output


def test_the_key_of_the_witness_is_changed_by_command(app: Flask, file: Path) -> None:
    make_trail(file, 20)
    run = app.test_cli_runner().invoke
    made = json.loads(run(args=["audit", "new-witness-key"]).output)
    next_signer = Signer.of(base64.b64decode(made["witness_key"]), "office.example")

    said = run(args=["audit", "rotate-witness-key", made["public_key"]])

    assert said.output.startswith("Checkpoint 3 names the new key.")
    again = run(args=["audit", "rotate-witness-key", SIGNER.public_key])
    assert (again.exit_code, "is not the one that signs" in again.output) == (1, True)
    assert run(args=["audit", "rotate-witness-key", "abc"]).exit_code == 1
    note(10)
    make_linker(file, next_signer).link(clock.now())
    db.session.rollback()
    report = verify_all(made["public_key"])
    assert (report.damages, report.checkpoint_count) == ([], 4)


@pytest.mark.parametrize(
    ("url", "exit_code"), [("https://archive.example.org/trail", 0), ("http://x.example", 1)]
)
def test_a_witness_is_registered_by_command(app: Flask, url: str, exit_code: int) -> None:
    said = app.test_cli_runner().invoke(args=["audit", "register-witness", "--name", "Archive", "--url", url])

    assert said.exit_code == exit_code
    assert ("public_key" in said.output) is (exit_code == 0)
    assert standing(None).witness_count == 1 - exit_code

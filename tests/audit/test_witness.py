"""The outside witness: what it is told, that nothing there is written over, and what it then finds."""

import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.audit import chain, witness
from app.audit.checkpoints import Checkpoint, Signer
from app.audit.damage import Kind
from app.audit.linking import LOOK_SECONDS
from app.audit.models import AuditCheckpoint
from app.audit.trail import SYSTEM
from app.audit.verification import verify_all
from app.audit.witness import NotTheWitnessKey, standing
from app.audit.witness_file import WitnessDiffers, read_all
from app.delivery import outbox
from app.delivery.models import Network
from app.delivery.webhook import WebhookSender
from app.foundation import clock
from app.foundation.db import db
from tests.support.receiver import Receiver
from tests.support.tampering import (
    OFFICE,
    SIGNER,
    disarm,
    make_due,
    make_linker,
    make_trail,
    note,
    rechain,
    resign,
)

NEXT = Signer.of(b"n" * 32, OFFICE)


@pytest.fixture
def file(app: Flask, tmp_path: Path) -> Path:
    return tmp_path / "witness.jsonl"


def lines() -> list[str]:
    """Every checkpoint of the database, as its line."""
    return list(db.session.scalars(select(AuditCheckpoint.line).order_by(AuditCheckpoint.number)))


def write(file: Path) -> None:
    """As the worker does it."""
    db.session.commit()
    make_linker(file).write_file(0.0)


def test_a_checkpoint_comes_with_the_tenth_entry(app: Flask) -> None:
    linker, now = make_linker(), clock.now()
    covered = []
    for count in (1, 9, 1):
        note(count)
        linker.link(now)
        last = witness.newest()
        covered.append(last.position if last else 0)

    assert covered == [1, 1, 11]  # the first at once; then nine wait, ten do not


def test_one_entry_waits_no_longer_than_a_minute(app: Flask) -> None:
    linker, now = make_linker(), clock.now()
    note(1)
    linker.link(now)
    note(1)

    assert linker.link(now + timedelta(seconds=59)) is True
    assert len(lines()) == 1
    assert linker.link(now + timedelta(seconds=60)) is True
    assert len(lines()) == 2
    assert linker.link(now + timedelta(seconds=300)) is False


def test_the_file_has_every_line_and_says_again_only_what_it_lacks(file: Path) -> None:
    make_trail(file, 30)
    before = file.read_bytes()
    make_trail(None, 20)  # nobody wrote these to the file
    write(file)

    assert file.read_bytes().startswith(before)
    assert file.read_text().splitlines() == lines()
    assert len(lines()) == 5
    write(file)
    assert file.read_text().splitlines() == lines()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_could_not_be_written_is_caught_up_with(file: Path) -> None:
    file.mkdir()  # no file can be there
    linker = make_linker(file)
    note(10)
    linker.link(clock.now())
    linker.write_file(0.0)
    assert standing(file).file_state == "unreadable"
    file.rmdir()

    linker.write_file(LOOK_SECONDS / 2)
    assert not file.exists()
    linker.write_file(LOOK_SECONDS)

    assert file.read_text().splitlines() == lines()


def test_half_a_line_of_a_power_cut_is_said_again_whole(file: Path) -> None:
    make_trail(file, 20)
    whole = file.read_text()
    for cut in (1, 40, len(lines()[-1])):
        file.write_text(whole[:-cut])
        write(file)

        assert [one.line for one in read_all(file)] == lines()
        assert verify_all(SIGNER.public_key, file).damages == []
        assert file.read_text().startswith(whole[:-cut])


def test_two_workers_write_each_line_once(app: Flask, file: Path) -> None:
    make_trail(None, 100)

    def run() -> None:
        with app.app_context():
            make_linker(file).write_file(0.0)
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert file.read_text().splitlines() == lines()


def test_a_file_that_knows_better_is_not_written_to(file: Path) -> None:
    make_trail(file, 30)
    disarm()
    db.session.execute(text("DELETE FROM audit_checkpoints WHERE number > 1"))
    db.session.execute(text("DELETE FROM audit_entries WHERE position > 10"))
    db.session.commit()
    before = file.read_bytes()
    make_trail(None, 40)

    with pytest.raises(WitnessDiffers):
        witness.write_file(file)
    write(file)

    assert file.read_bytes() == before
    assert standing(file).file_state == "differs"
    assert verify_all(SIGNER.public_key, file).damages[0].kind is Kind.RESIGNED


def test_what_the_file_lacks_is_seen(file: Path) -> None:
    make_trail(file, 20)
    assert (standing(file).file_state, standing(file).behind_count) == ("current", 0)
    make_trail(None, 30)

    assert (standing(file).file_state, standing(file).behind_count) == ("behind", 3)
    assert standing(None).is_outside is False


def test_checkpoints_reach_a_registered_witness_who_can_verify_with_them(
    app: Flask, receiver: Receiver, tmp_path: Path
) -> None:
    witness.register_witness("Archive", receiver.url, network=Network.THIS_MACHINE, actor=SYSTEM)
    make_trail(None, 40)
    receiver.answers.append(503)
    sent = standing(None)
    assert (sent.witness_count, sent.message_count, sent.is_outside) == (1, 4, True)
    later = clock.now() + timedelta(minutes=10)
    db.session.commit()
    while outbox.deliver_next(WebhookSender(), later):
        pass

    assert standing(None).message_count == 0
    told = {}
    for request in receiver.requests:
        line = json.loads(request.body)["data"]["line"]
        told[Checkpoint.read(line).number] = line
    assert [told[number] for number in sorted(told)] == lines()
    assert len(receiver.requests) == len(lines()) + 1  # the one that was refused came again
    kept = tmp_path / "archive.jsonl"
    kept.write_text("".join(told[number] + "\n" for number in sorted(told)))
    disarm()
    change_and_resign()
    assert verify_all(SIGNER.public_key).damages == []
    assert verify_all(SIGNER.public_key, kept).damages[0].kind is Kind.RESIGNED


def change_and_resign() -> None:
    db.session.execute(text("UPDATE audit_entries SET actor_id = 'somebody-else' WHERE position = 7"))
    rechain()
    resign()


def test_a_witness_who_missed_some_still_finds_what_was_done(file: Path) -> None:
    make_trail(file, 60)
    some = file.read_text().splitlines()
    file.write_text("\n".join([some[1], some[1], some[3], some[4]]) + "\n")
    assert (verify_all(SIGNER.public_key, file).damages, verify_all(SIGNER.public_key, file).unknown) == (
        [],
        None,
    )
    disarm()
    change_and_resign()

    found = verify_all(SIGNER.public_key, file).damages[0]

    assert (found.kind, found.position <= 7 <= found.until) == (Kind.RESIGNED, True)


def test_the_key_changes_and_everything_before_still_holds(file: Path) -> None:
    make_trail(file, 20)
    note(3)
    made = witness.hand_over(SIGNER, NEXT.public_key, clock.now(), actor=SYSTEM)
    db.session.commit()
    assert (made.next_key, made.key) == (NEXT.public_key, SIGNER.public_key)

    note(12)
    chain.link_waiting()
    with pytest.raises(NotTheWitnessKey):
        make_due()
    db.session.rollback()
    make_linker(None).link(clock.now())  # the old worker links on, and signs nothing
    assert lines()[-1] == made.line
    make_linker(file, NEXT).link(clock.now())
    make_linker(file, NEXT).write_file(0.0)

    for key in (SIGNER.public_key, NEXT.public_key):
        report = verify_all(key, file)
        assert (report.damages, report.unknown) == ([], None)
    assert [json.loads(line)["key"] for line in lines()] == [SIGNER.public_key] * 3 + [NEXT.public_key]

"""A trail with its checkpoints and its witness, and what somebody with all power does to it.

The attacker has every right on the tables, drops the triggers, and signs anew with the stolen
key (`resign`). They do not have the witness's file: it is outside.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from app.audit import guarding, witness
from app.audit.catalogue import What
from app.audit.checkpoints import Checkpoint, Signer
from app.audit.digests import START, digest_over, said_by
from app.audit.linking import Linker
from app.audit.models import AuditCheckpoint, AuditEntry
from app.audit.trail import Actor, ActorKind, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id

OFFICE = "office.example"
SIGNER = Signer.of(b"w" * 32, OFFICE)
SIZE = 64
ENTRIES, CHECKPOINTS = AuditEntry.__table__, AuditCheckpoint.__table__
READER = Actor(ActorKind.PERSON, "an-account", "Ana", role="coordinator", permission="case.map")


def make_linker(file: Path | None = None, signer: Signer = SIGNER) -> Linker:
    """A worker's part of the trail."""
    return Linker(signer, file)


def note(count: int, **facts: Any) -> None:
    """Put looks on the trail, and commit."""
    for number in range(count):
        record(
            What.CASE_LOOKED_AT,
            actor=READER,
            subject_type="case",
            subject_id=f"case-{number}",
            assignment_id="a" * 26 if number % 3 else None,
            part="people",
            order=number,
            **facts,
        )
        db.session.flush()  # ids in the order of the acts
    db.session.commit()


def make_trail(file: Path | None, size: int = SIZE) -> None:
    """A linked trail with a checkpoint after every ten entries; the file has each of them."""
    linker = make_linker(file)
    while size > 0:
        note(min(size, 10))
        linker.link(clock.now() + timedelta(minutes=5 if size < 10 else 0))
        size -= 10
    linker.write_file(0.0)
    db.session.commit()


def entries() -> list[Row[Any]]:
    """Every entry in the order of the chain."""
    return list(db.session.execute(select(ENTRIES).order_by(ENTRIES.c.position)))


def change(position: int, /, **values: Any) -> None:
    db.session.execute(update(ENTRIES).where(ENTRIES.c.position == position).values(**values))


def take_out(position: int) -> None:
    db.session.execute(delete(ENTRIES).where(ENTRIES.c.position == position))


def shift(after: int, by: int) -> None:
    """Move every position after one up or down, over numbers that nobody has."""
    far = 1_000_000
    db.session.execute(
        update(ENTRIES).where(ENTRIES.c.position > after).values(position=ENTRIES.c.position + far + by)
    )
    db.session.execute(
        update(ENTRIES).where(ENTRIES.c.position > far).values(position=ENTRIES.c.position - far)
    )


def put_in(position: int) -> None:
    """An entry that nobody made, between others; its digest fits the one before."""
    before = db.session.scalar(select(ENTRIES.c.digest).where(ENTRIES.c.position == position - 1)) or START
    made = dict(entries()[position - 1]._mapping) | {"id": new_id(), "actor_id": "somebody-else"}
    shift(position - 1, 1)
    db.session.execute(insert(ENTRIES).values(made | {"position": position, "digest": "0" * 64}))
    [new] = db.session.execute(select(ENTRIES).where(ENTRIES.c.position == position))
    change(position, digest=digest_over(before, said_by(new)))


def rechain() -> None:
    """Write every digest anew, so that each fits the one before."""
    digest = START
    for entry in entries():
        digest = digest_over(digest, said_by(entry))
        change(entry.position, digest=digest)


def resign() -> None:
    """With the stolen key: write every checkpoint anew, over the chain as it is now."""
    lines = [Checkpoint.read(line) for line in db.session.scalars(select(AuditCheckpoint.line))]
    db.session.execute(delete(CHECKPOINTS))
    last: Checkpoint | None = None
    digests = {entry.position: entry.digest for entry in entries()}
    for line in sorted(lines, key=lambda one: one.number):
        if line.position in digests:
            at = clock.now().fromisoformat(line.at)
            last = SIGNER.checkpoint(last, line.position, digests[line.position], at)
            values = {"number": last.number, "position": last.position, "at": at, "line": last.line}
            db.session.execute(insert(CHECKPOINTS).values(values))


EDITS: tuple[dict[str, Any], ...] = (
    {"actor_id": "somebody-else"},
    {"at": clock.now() - timedelta(days=400)},
    {"subject_id": "case-of-another"},
    {"facts": {"part": "looks"}},
    {"permission": "case.list"},
    {"assignment_id": "b" * 26},
)


def edit(dice: Random, variant: int) -> int:
    position = dice.randint(2, SIZE - 1)
    change(position, **EDITS[variant])
    return position


def delete_one(dice: Random, variant: int) -> int:
    position = dice.randint(2, SIZE - 1)
    take_out(position)
    return position


def delete_and_close_up(dice: Random, variant: int) -> int:
    position = dice.choice([n for n in range(2, SIZE - 4) if n % 10])
    take_out(position)
    shift(position, -1)
    return position


def swap(dice: Random, variant: int) -> int:
    first, second = sorted(dice.sample(range(2, SIZE), 2))
    second = first + 1 if variant < 2 else second
    for here, there in ((first, -1), (second, first), (-1, second)):
        change(here, position=there)
    return first


def insert_one(dice: Random, variant: int) -> int:
    position = dice.randint(2, SIZE - 5)
    put_in(position)
    return position


def edit_and_rechain(dice: Random, variant: int) -> int:
    position = edit(dice, variant)
    rechain()
    return position


def cut_off(dice: Random, variant: int) -> int:
    position = dice.randint(SIZE // 2, SIZE)
    db.session.execute(delete(ENTRIES).where(ENTRIES.c.position >= position))
    return position


def cut_off_with_checkpoints(dice: Random, variant: int) -> int:
    position = cut_off(dice, variant)
    db.session.execute(delete(CHECKPOINTS).where(CHECKPOINTS.c.position >= position))
    return position


def edit_and_resign(dice: Random, variant: int) -> int:
    position = edit_and_rechain(dice, variant)
    resign()
    return position


def delete_and_resign(dice: Random, variant: int) -> int:
    position = delete_and_close_up(dice, variant)
    rechain()
    resign()
    return position


@dataclass(frozen=True)
class Attack:
    """What is done, and what it is called when it is found."""

    act: Callable[[Random, int], int]
    """Given dice and the number of the variant: the first position that is not as it was."""
    called: str


ATTACKS = (
    Attack(edit, "edited"),
    Attack(delete_one, "missing"),
    Attack(delete_and_close_up, "missing"),
    Attack(swap, "swapped"),
    Attack(insert_one, "inserted"),
    Attack(edit_and_rechain, "rewritten"),
    Attack(cut_off, "cut off"),
    Attack(cut_off_with_checkpoints, "cut off"),
    Attack(edit_and_resign, "resigned"),
    Attack(delete_and_resign, "resigned"),
)


def disarm() -> None:
    """The attacker drops the triggers."""
    guarding.unprotect(db.session.connection())


def make_due(minutes: int = 0) -> Checkpoint | None:
    """The checkpoint that is due so many minutes from now, made and committed."""
    made = witness.make_due(SIGNER, clock.now() + timedelta(minutes=minutes))
    db.session.commit()
    return made

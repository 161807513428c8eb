"""What the outside witness is told, and how it stands with it.

A checkpoint is a row first, in the transaction that links its entries, with a message to each
witness that is registered (the outbox tries for days). The file is brought up to date after
that, from what it has itself: whatever a crash left out is added the next time.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, func, select

from app.audit import chain, witness_file
from app.audit.catalogue import What
from app.audit.checkpoints import KIND, Checkpoint, Signer, is_due, read_public_key
from app.audit.models import AuditCheckpoint, AuditEntry
from app.audit.trail import Actor, record
from app.audit.witness_file import WitnessDiffers, WitnessUnreadable
from app.delivery.destinations import register_destination
from app.delivery.models import Destination, Listener, Network, OutboxMessage
from app.delivery.outbox import enqueue
from app.foundation.db import db
from app.foundation.errors import DomainError

_AT_ONCE = 500


class NotTheWitnessKey(DomainError):
    """The key in the settings is not the one that has to sign next; nothing is signed with it."""

    code = "not-the-witness-key"


def newest() -> Checkpoint | None:
    """The newest checkpoint of the database (one query)."""
    row = db.session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.number.desc()).limit(1)).first()
    return Checkpoint.read(row.line) if row else None


def make_due(signer: Signer, now: datetime) -> Checkpoint | None:
    """Make the checkpoint that is due, in the open transaction; None when none is.

    Raises `NotTheWitnessKey`, and `IntegrityError` when another worker was faster.
    """
    last, (position, digest) = newest(), chain.end()
    return _keep(signer, last, position, digest, now) if _is_due(last, position, now) else None


def is_one_due(now: datetime) -> bool:
    """Whether a checkpoint is due (two queries)."""
    return _is_due(newest(), chain.end()[0], now)


def _is_due(last: Checkpoint | None, position: int, now: datetime) -> bool:
    waited = now - datetime.fromisoformat(last.at) if last else None
    return is_due(position - (last.position if last else 0), waited)


def hand_over(signer: Signer, next_key: str, now: datetime, *, actor: Actor) -> Checkpoint:
    """A last checkpoint by the old key, that names the public key of the new one. Raises `ValueError`."""
    record(What.WITNESS_KEY_CHANGED, actor=actor, subject_type="witness", subject_id="key")
    position, digest = chain.end()
    return _keep(signer, newest(), position, digest, now, read_public_key(next_key))


def register_witness(name: str, url: str, *, network: Network, actor: Actor) -> tuple[Destination, str]:
    """Have every checkpoint from now on sent there too, as a signed webhook; raises `BadAddress`."""
    witness, secret = register_destination(name, url, network=network, listener=Listener.WITNESS)
    record(
        What.DESTINATION_REGISTERED,
        actor=actor,
        subject_type="destination",
        subject_id=witness.id,
        purpose=witness.listener.value,
    )
    return witness, secret


def write_file(path: Path) -> int:
    """Add to the file what it has not yet; says how many lines. Raises `WitnessDiffers`, `OSError`.

    To be called with no transaction open: the file has only what is committed.
    """
    with witness_file.adding(path) as descriptor:
        line = witness_file.last_line(descriptor)
        number = 0
        if line is not None:
            number = _number_of(line)
            if db.session.scalar(_line(number)) != line:
                raise WitnessDiffers
        return witness_file.add_lines(descriptor, _lines_after(number))


@dataclass(frozen=True)
class Standing:
    """How it stands with the witness, for those who have to see to it."""

    newest: Checkpoint | None
    unwitnessed_count: int
    """Linked entries that no checkpoint covers yet."""
    message_count: int
    """Checkpoints that a registered witness has not taken yet."""
    witness_count: int
    """How many witnesses are registered."""
    file_state: str
    """`none`: there is no file; `current`; `behind`; `differs`; `unreadable`."""
    behind_count: int = 0
    """How many checkpoints the file has not yet."""

    @property
    def is_outside(self) -> bool:
        """Whether anybody outside the database has the checkpoints."""
        return self.file_state != "none" or self.witness_count > 0


def standing(path: Path | None) -> Standing:
    """How it stands with the witness: five queries by their indexes, and the end of the file."""
    last, (position, _) = newest(), chain.end()
    state, behind = _file_standing(path, last)
    waiting = (
        select(func.count())
        .select_from(OutboxMessage)
        .where(OutboxMessage.kind == KIND, OutboxMessage.sent_at.is_(None))
    )
    return Standing(
        newest=last,
        unwitnessed_count=max(position - (last.position if last else 0), 0),
        message_count=sum(
            db.session.scalar(waiting.where(which)) or 0
            for which in (OutboxMessage.dead_at.is_(None), OutboxMessage.dead_at.is_not(None))
        ),
        witness_count=len(_witness_ids()),
        file_state=state,
        behind_count=behind,
    )


def fits_newest() -> bool:
    """Whether the chain has what was signed at the newest checkpoint (two queries)."""
    last = newest()
    if last is None:
        return True
    found = db.session.scalar(select(AuditEntry.digest).where(AuditEntry.position == last.position))
    return found == last.digest or last.position == 0


def _keep(
    signer: Signer,
    last: Checkpoint | None,
    position: int,
    digest: str,
    now: datetime,
    next_key: str | None = None,
) -> Checkpoint:
    if last and last.key_after != signer.public_key:
        raise NotTheWitnessKey("The witness key in the settings is not the one that signs.")
    made = signer.checkpoint(last, position, digest, now, next_key)
    db.session.add(AuditCheckpoint(number=made.number, position=position, at=now, line=made.line))
    for witness_id in _witness_ids():
        enqueue(witness_id, KIND, {"line": made.line}, subject_id=str(made.number))
    db.session.flush()
    return made


def _witness_ids() -> list[str]:
    wanted = select(Destination.id).where(Destination.listener == Listener.WITNESS).order_by(Destination.id)
    return list(db.session.scalars(wanted))


def _file_standing(path: Path | None, last: Checkpoint | None) -> tuple[str, int]:
    if path is None:
        return "none", 0
    try:
        written = witness_file.newest_in(path) if path.exists() else None
    except WitnessUnreadable:
        return "unreadable", 0
    if written is None:
        return ("behind", last.number) if last else ("current", 0)
    if db.session.scalar(_line(written.number)) != written.line:
        return "differs", 0
    behind = (last.number if last else 0) - written.number
    return ("behind", behind) if behind else ("current", 0)


def _number_of(line: str) -> int:
    return Checkpoint.read(line).number


def _line(number: int) -> Select[str]:
    return select(AuditCheckpoint.line).where(AuditCheckpoint.number == number)


def _lines_after(number: int) -> Iterator[str]:
    later = (
        select(AuditCheckpoint.line).where(AuditCheckpoint.number > number).order_by(AuditCheckpoint.number)
    )
    with closing(db.session.scalars(later.execution_options(yield_per=_AT_ONCE))) as lines:
        yield from lines

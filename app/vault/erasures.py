"""Destroying keys so that they stay destroyed. Nobody else calls `sealing.destroy_key` (a guard says so).

The order is the point: first the ledger outside the database, on the disk; then the tombstone,
in the caller's transaction. Should that not commit, the ledger is obeyed all the same at the
next start: what was to be destroyed is destroyed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select

from app.audit.catalogue import What
from app.audit.trail import SYSTEM, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.reader import as_machine
from app.vault import sealing
from app.vault.erasure_models import Erasure
from app.vault.ledger import Ledger, Line
from app.vault.models import DataKey

T = TypeVar("T")

AT_ONCE = 500
RESTORED = "destroyed before the backup was restored"
_ledgers: WeakKeyDictionary[Engine, Ledger] = WeakKeyDictionary()


def use_ledger(path: Path, *, blind_index_key: bytes) -> None:
    """Say where the erasures of the app's database are kept. Called once, by `create_app`."""
    _ledgers[db.engine] = Ledger(path, blind_index_key=blind_index_key)


def the_ledger() -> Ledger:
    """The ledger of the app's database."""
    return _ledgers[db.engine]


def destroy(key_ids: Sequence[str], reason: str) -> int:
    """Destroy these keys for good; says how many were alive. The caller commits.

    The rows of the keys are locked first, so that a hold placed at the same moment is seen by
    whoever asks after this.
    """
    with as_machine():
        alive = lock_alive(key_ids)
        if not alive:
            return 0
        _note(the_ledger().append(clock.now(), reason, [key.id for key in alive]))
        for key in alive:
            sealing.destroy_key(key.id, reason)
        db.session.flush()
    return len(alive)


def is_alive(key_id: str) -> bool:
    """Whether something can still be sealed and opened with a key."""
    with as_machine():
        key = db.session.get(DataKey, key_id)
    return key is not None and key.destroyed_at is None


def lock_alive(key_ids: Sequence[str]) -> Sequence[DataKey]:
    """Those of these keys that are alive, locked until the transaction ends (one query)."""
    alive = select(DataKey).where(DataKey.id.in_(key_ids), DataKey.wrapped.is_not(None))
    locked = alive.order_by(DataKey.id).with_for_update().execution_options(populate_existing=True)
    with as_machine():
        return db.session.scalars(locked).all()


@dataclass(frozen=True)
class Standing:
    """How the database stands beside the ledger."""

    line_count: int
    alive_ids: tuple[str, ...]
    """Keys that the ledger says are destroyed and the database says are not."""
    has_lost_lines: bool
    """The database knows of erasures that the ledger does not: it is not the whole ledger."""


def compare() -> Standing:
    """Read the whole ledger beside the database. Raises `LedgerBroken`."""
    macs: set[str] = set()
    alive: list[str] = []
    for lines in _in_batches(the_ledger().lines()):
        macs.update(line.mac for line in lines)
        for some in _key_ids(lines):
            alive += db.session.scalars(
                select(DataKey.id).where(DataKey.id.in_(some), DataKey.wrapped.is_not(None))
            )
    has_lost = any(mac not in macs for mac in db.session.scalars(select(Erasure.mac)))
    return Standing(len(macs), tuple(alive), has_lost)


def reapply() -> int:
    """Destroy again every key that the ledger names; says how many were alive. Commits.

    Run at every start and after every restore, before anything is served.
    """
    count = 0
    for lines in _in_batches(the_ledger().lines()):
        known = set(
            db.session.scalars(select(Erasure.mac).where(Erasure.mac.in_([line.mac for line in lines])))
        )
        for line in lines:
            if line.mac not in known:
                _note(line)
        for some in _key_ids(lines):
            for key in lock_alive(some):
                sealing.destroy_key(key.id, RESTORED)
                count += 1
        db.session.commit()
    if count:
        record(
            What.RECORDS_DESTROYED_AGAIN,
            actor=SYSTEM,
            subject_type="retention",
            subject_id="ledger",
            count=count,
        )
        db.session.commit()
    return count


def _key_ids(lines: Sequence[Line]) -> Iterator[tuple[str, ...]]:
    return _in_batches(key_id for line in lines for key_id in line.key_ids)


def _in_batches(items: Iterable[T]) -> Iterator[tuple[T, ...]]:
    left = iter(items)
    while some := tuple(islice(left, AT_ONCE)):
        yield some


def _note(line: Line) -> None:
    db.session.add(Erasure(at=line.at, reason=line.reason, key_count=len(line.key_ids), mac=line.mac))

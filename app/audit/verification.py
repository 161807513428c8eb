"""Verifying the trail: the chain, the checkpoints in the database, and what the outside witness was told.

One walk over each, side by side, a batch in memory at a time. What the witness says counts more
than what the database says of itself; beyond what the witness has, the database's own
checkpoints count, as far as they hold.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain as one_after_another
from pathlib import Path

from sqlalchemy import Row, select
from sqlalchemy.exc import DataError

from app.audit import chain
from app.audit.checkpoints import BadCheckpoint, Checkpoint, Follower
from app.audit.damage import Damage, Kind, Linked, surest, what_broke
from app.audit.digests import START
from app.audit.models import AuditCheckpoint
from app.audit.witness_file import WitnessUnreadable, read_all
from app.foundation.db import db

_AT_ONCE = 500
_Row = Row[int, int, str]


@dataclass
class Report:
    """What was found. `damages`: surest first; `unknown`: why the witness could not be asked."""

    linked_count: int = 0
    waiting_count: int = 0
    checkpoint_count: int = 0
    """Checkpoints of the database that hold."""
    witnessed_count: int = 0
    """Checkpoints that the witness has."""
    damages: list[Damage] = field(default_factory=list)
    unknown: str | None = None
    covered: int = 0
    """The last position that a checkpoint covers: what is after it stands by the chain alone."""


def verify_all(public_key: str | None = None, witness: Path | None = None) -> Report:
    """Verify everything there is. `public_key`: the office's, the first or the newest of them.

    Reads only; the caller decides in what transaction. A witness that cannot be read, or that
    was not signed with the key, leaves `unknown` and never counts as a trail that holds.
    """
    report = Report(waiting_count=chain.count_waiting())
    with closing(_rows()) as rows, closing(_lines(witness)) as lines:
        told = _Told(report, public_key, rows, lines)
        try:
            _walk(report, told)
        except DataError:  # a moment that no calendar has: the driver cannot read it
            first = report.linked_count + 1
            report.damages.append(Damage(Kind.EDITED, first, first + chain.BATCH - 1))
        for _ in told:
            pass  # what the witness knows beyond the end of the chain
        told.finish(has_witness=witness is not None)
    report.damages = surest(report.damages)
    return report


def _walk(report: Report, told: "_Told") -> None:
    """Along the chain to its end or its first break, with the checkpoints beside it."""
    position, previous, good = 0, START, 0
    checkpoint = next(told, None)
    with closing(chain.linked_after()) as entries:
        for entry in entries:
            if entry.position != position + 1 or not entry.follows(previous):
                ahead = (checkpoint.position, checkpoint.digest) if checkpoint else None
                report.damages.append(_break(entry, position, previous, ahead))
                return
            position, previous = entry.position, entry.digest or START
            report.linked_count = position
            while checkpoint and checkpoint.position <= position:
                if checkpoint.position == position:
                    if checkpoint.digest != previous:
                        report.damages.append(Damage(Kind.REWRITTEN, good + 1, position))
                        return
                    good = report.covered = position
                checkpoint = next(told, None)
    last = position
    while checkpoint:
        last = max(last, checkpoint.position)
        checkpoint = next(told, None)
    if last > position:
        report.damages.append(Damage(Kind.CUT_OFF, position + 1, last))


def _break(entry: Linked, position: int, previous: str, checkpoint: tuple[int, str] | None) -> Damage:
    if entry.position <= position:
        return Damage(Kind.INSERTED, entry.position, entry.position)
    if entry.position > position + 1:
        return Damage(Kind.MISSING, position + 1, entry.position - 1)
    with closing(chain.linked_after(entry.position)) as ahead:
        return what_broke(entry, previous, ahead, checkpoint)


class _Told(Iterator[Checkpoint]):
    """The checkpoints to go by, in order: the witness's as far as they go, then the database's.

    Each of the witness's is compared with the one of the same number that the database has.
    """

    def __init__(
        self, report: Report, public_key: str | None, rows: Iterator[_Row], lines: Iterator[Checkpoint]
    ) -> None:
        self._report, self._public_key, self._rows = report, public_key, rows
        self._ours, self._theirs = Follower(), Follower(may_skip=True)
        self._holds = True
        self._steps = one_after_another(self._witnessed(lines), self._beyond())

    def __next__(self) -> Checkpoint:
        return next(self._steps)

    def finish(self, *, has_witness: bool) -> None:
        """A chain of checkpoints in which the office's key signs nothing is somebody else's.

        A witness that has none, where the database has, was told nothing or has forgotten it.
        """
        if has_witness and self._theirs.last is None and self._ours.last:
            self._report.unknown = self._report.unknown or "The witness has no checkpoint."
        if self._public_key is None:
            return
        if self._theirs.last and self._public_key not in self._theirs.keys:
            self._report.unknown = "The witness was not signed with this key."
        if self._holds and self._ours.last and self._public_key not in self._ours.keys:
            self._find(Kind.CHECKPOINT, 1, self._ours.last.position)

    def _witnessed(self, lines: Iterator[Checkpoint]) -> Iterator[Checkpoint]:
        try:
            for found in lines:
                before = self._theirs.last
                self._theirs.follow(found)
                self._report.witnessed_count += 1
                self._compare(found, before)
                yield found
        except WitnessUnreadable as problem:
            self._report.unknown = str(problem)
        except BadCheckpoint as problem:
            self._report.unknown = f"The witness's checkpoint {self._report.witnessed_count + 1}: {problem}."

    def _compare(self, found: Checkpoint, before: Checkpoint | None) -> None:
        """The database must have the same line. From the first that differs, its own count for nothing."""
        while self._holds and (self._ours.last is None or self._ours.last.number < found.number):
            row = next(self._rows, None)
            if row is None:
                self._find(Kind.CHECKPOINT, _after(before), found.position)
            else:
                self._follow(row, found)
        ours = self._ours.last
        if self._holds and ours and ours.number == found.number and ours.line != found.line:
            self._find(Kind.RESIGNED, _after(before), found.position)

    def _beyond(self) -> Iterator[Checkpoint]:
        """What the database has and the witness has not yet."""
        while self._holds and (row := next(self._rows, None)) is not None:
            found = self._follow(row, None)
            if found:
                yield found

    def _follow(self, row: _Row, witnessed: Checkpoint | None) -> Checkpoint | None:
        last = self._ours.last
        try:
            found = Checkpoint.read(row.line)
            self._ours.follow(found)
            if (found.number, found.position) != (row.number, row.position):
                raise BadCheckpoint("its number is another")
        except BadCheckpoint:
            until = witnessed.position if witnessed else max(row.position, _after(last))
            self._find(Kind.CHECKPOINT, _after(last), until)
            return None
        self._report.checkpoint_count += 1
        return found

    def _find(self, kind: Kind, position: int, until: int) -> None:
        self._holds = False
        self._report.damages.append(Damage(kind, position, max(position, until)))


def _after(checkpoint: Checkpoint | None) -> int:
    return checkpoint.position + 1 if checkpoint else 1


def _lines(witness: Path | None) -> Generator[Checkpoint]:
    if witness is not None:
        yield from read_all(witness)


def _rows() -> Generator[_Row]:
    wanted = select(AuditCheckpoint.number, AuditCheckpoint.position, AuditCheckpoint.line)
    ordered = wanted.order_by(AuditCheckpoint.number).execution_options(yield_per=_AT_ONCE)
    with closing(db.session.execute(ordered)) as found:
        yield from found

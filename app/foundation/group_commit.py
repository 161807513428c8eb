"""Several writers, one commit: those who wait for the disk wait for it together.

Making a write durable costs more than the write, and SQLite lets only one write at a time.
So the first to come leads: once it may write it takes those who have come in the meantime,
writes all their rows in one transaction, and wakes them when that is durable. Nobody is
told "kept" before it is. Whoever fails, fails alone: then each is written in a transaction
of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Condition, Lock
from typing import Any, Self

from sqlalchemy import Engine

from app.foundation.driver import WritingConnection, driver_trouble, run_durably, translated
from app.foundation.many_inserts import BoundRow, Row, bound, inserts_of

SIZES = (8, 4, 2, 1)
"""How many write together. Few sizes, so that PostgreSQL plans each statement once."""
ENOUGH = 4
"""So many begin without those who are still on their way; waiting for more leaves nobody at work."""
PATIENCE_SECONDS = 0.004
"""How long the leader waits for those who are on their way. Nobody waits when nobody is."""


def _locked() -> Lock:
    lock = Lock()
    lock.acquire()
    return lock


@dataclass(eq=False, slots=True)
class _Writer:
    """Somebody who waits: what they want written, whether it is their turn to lead, and how they fared."""

    rows: Sequence[BoundRow]
    turn: Lock = field(default_factory=_locked)
    leads: bool = False
    error: BaseException | None = None


class Seat:
    """The place of one who is on the way to write. Inside `with`: others wait a moment for them."""

    def __init__(self, group: "Group") -> None:
        self._group = group
        self._is_held = False

    def __enter__(self) -> Self:
        self._group.expect(1)
        self._is_held = True
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_held:  # not to write after all
            self._group.expect(-1)

    def write(self, rows: Sequence[Row]) -> None:
        """Insert the rows in one transaction: durable on return, or nothing is kept.

        Raises `IntegrityError` and SQLAlchemy's other errors.
        """
        writer = self._group.writer(rows)
        self._is_held = False
        self._group.write(writer)


class Group:
    """The writers of one process to one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection = WritingConnection(engine)
        self._door = Lock()
        self._arrival = Condition(self._door)
        self._leader_waits = False
        self._coming = 0
        self._waiting: list[_Writer] = []
        self._is_led = False

    def coming(self) -> Seat:
        """A seat for one who is on the way to write."""
        return Seat(self)

    def expect(self, more: int) -> None:
        """So many more, or fewer, are on their way."""
        with self._door:
            self._coming += more
            self._wake_leader()

    def writer(self, rows: Sequence[Row]) -> _Writer:
        """Make ready what somebody wants written, so that the leader need not do it while others wait."""
        return _Writer(bound(self._engine.dialect, rows))

    def write(self, writer: _Writer) -> None:
        """One of those who were on their way has come; see `Seat.write`."""
        with self._door:
            self._coming -= 1
            self._waiting.append(writer)
            is_first, self._is_led = not self._is_led, True
            self._wake_leader()
        if not is_first:
            writer.turn.acquire()  # until it is written, or its turn to lead
        if is_first or writer.leads:
            self._lead()
        if writer.error is not None:
            raise translated(writer.error, self._engine.dialect)

    def _is_complete(self) -> bool:
        return self._coming == 0 or len(self._waiting) >= ENOUGH

    def _wake_leader(self) -> None:
        if self._leader_waits and self._is_complete():
            self._arrival.notify()

    def _lead(self) -> None:
        """Write for those who wait, wake them, and let the next who came lead."""
        group: list[_Writer] = []
        try:
            with self._door:
                self._leader_waits = True
                self._arrival.wait_for(self._is_complete, PATIENCE_SECONDS)
                self._leader_waits = False
            with self._connection.turn() as connection:
                group = self._take_waiting()
                self._write_for_all(connection, group)
        except BaseException as error:
            group = group or self._take_waiting()
            for writer in group:
                writer.error = writer.error or error
            if not isinstance(error, Exception):
                raise  # the process is told to stop; an error is raised by each whose it is, in `write`
        finally:
            self._pass_on(group)

    def _take_waiting(self) -> list[_Writer]:
        with self._door:
            count = next(size for size in SIZES if size <= len(self._waiting))
            group, self._waiting = self._waiting[:count], self._waiting[count:]
        return group

    def _pass_on(self, done: Sequence[_Writer]) -> None:
        with self._door:
            following = self._waiting[:1]
            self._is_led = bool(following)
        for writer in following:
            writer.leads = True
        for writer in (*following, *done):
            writer.turn.release()

    def _write_for_all(self, connection: Any, group: Sequence[_Writer]) -> None:
        error = self._tried(connection, group)
        if isinstance(error, driver_trouble(self._engine.dialect)):
            raise error  # nobody's fault: the store is locked, full or away, and so it is for each
        if error is not None:
            for writer in group:  # somebody's fault; each alone shows whose
                writer.error = error if len(group) == 1 else self._tried(connection, [writer])

    def _tried(self, connection: Any, group: Sequence[_Writer]) -> Exception | None:
        """Write for the group in one transaction; what was in the way, if anything was.

        Whatever it is, it must not reach those who came along by chance: a driver refuses some
        values with errors that are not its own, such as a number that is too large for it.
        """
        try:
            self._write(connection, group)
        except Exception as error:  # noqa: BLE001  # nothing is lost: whose it is raises it, in `write`
            return error
        return None

    def _write(self, connection: Any, group: Sequence[_Writer]) -> None:
        rows = [row for writer in group for row in writer.rows]
        run_durably(connection, inserts_of(self._engine.dialect, rows))


_groups: dict[Engine, Group] = {}
_making = Lock()


def group_of(engine: Engine) -> Group:
    """The one group of an engine."""
    found = _groups.get(engine)
    if found is None:
        with _making:
            found = _groups.setdefault(engine, Group(engine))
    return found

"""A few threads that carry messages, so that no clock waits for somebody's network.

The worker's loop claims a message when a courier is free and goes on with its clocks at
once. A destination that hangs holds a few couriers for seconds, and soon only one.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event, Lock
from typing import Self

from app.delivery.outbox import Claimed, claim, find_due

COUNT = 8


class Couriers:
    """The couriers of one worker. `carry` is called in a courier's thread with a claimed message."""

    def __init__(self, carry: Callable[[Claimed], None], count: int = COUNT) -> None:
        self._carry, self._count = carry, count
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="courier")
        self._on_their_way: Counter[str] = Counter()
        self._lock = Lock()
        self._is_back = Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Whoever is on the way arrives first, which is a matter of seconds."""
        self._threads.shutdown()

    def send_due(self, now: datetime) -> bool:
        """Send each free courier with a due message. False when none is due, or all are out.

        Each goes at most once, however fast they are back: the clocks have their turn in between.
        """
        sent = 0
        while sent < self._count and self._send_next(now):
            sent += 1
        return sent > 0

    def _send_next(self, now: datetime) -> bool:
        with self._lock:
            on_their_way = +self._on_their_way
        if on_their_way.total() >= self._count:
            return False
        message_id = find_due(now, on_their_way)
        if message_id is None:
            return False
        if message := claim(message_id, now):
            self._count_in(message, 1)
            self._threads.submit(self._go, message)
        return True

    def wait(self, seconds: float) -> None:
        """Until a courier comes back, at most so long."""
        self._is_back.wait(seconds)
        self._is_back.clear()

    def _go(self, message: Claimed) -> None:
        try:
            self._carry(message)
        finally:
            self._count_in(message, -1)
            self._is_back.set()

    def _count_in(self, message: Claimed, more: int) -> None:
        with self._lock:
            self._on_their_way[message.destination_id] += more

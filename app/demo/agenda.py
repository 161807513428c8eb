"""Things to do at a time, done by a few hands, until told to stop."""

import heapq
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import count

Act = Callable[[], None]
HANDS = 8
LONGEST_NAP_SECONDS = 0.25


class Agenda:
    """An agenda that any thread may write on. An act that fails ends the whole run, loudly."""

    def __init__(self, hands: int = HANDS) -> None:
        self._hands = hands
        self._due: list[tuple[float, int, Act]] = []
        self._order = count()
        self._lock = threading.Lock()
        self.stop = threading.Event()
        self.each_turn: Act = lambda: None
        """Done every quarter of a second at least, by the agenda itself: never waits for a hand."""

    def after(self, seconds: float, act: Act) -> None:
        """Do this in so many seconds from now."""
        with self._lock:
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), act))

    def every(self, seconds: float, act: Act) -> None:
        """Do this again and again."""

        def again() -> None:
            act()
            self.after(seconds, again)

        self.after(seconds, again)

    def run(self) -> None:
        """Do what is due until stopped; what is under way then is finished first."""
        doing: set[Future[None]] = set()
        with ThreadPoolExecutor(self._hands) as hands:
            try:
                while not self.stop.is_set():
                    self.each_turn()
                    doing |= {hands.submit(act) for act in self._take_due()}
                    done, doing = (
                        wait(doing, timeout=0, return_when=FIRST_COMPLETED) if doing else (set(), doing)
                    )
                    for ended in done:
                        ended.result()
                    self.stop.wait(self._nap())
            finally:
                self.stop.set()
                hands.shutdown(cancel_futures=True)

    def _take_due(self) -> list[Act]:
        now = time.monotonic()
        taken = []
        with self._lock:
            while self._due and self._due[0][0] <= now:
                taken.append(heapq.heappop(self._due)[2])
        return taken

    def _nap(self) -> float:
        with self._lock:
            ahead = self._due[0][0] - time.monotonic() if self._due else LONGEST_NAP_SECONDS
        return min(max(ahead, 0.005), LONGEST_NAP_SECONDS)

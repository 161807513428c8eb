"""What can befall the product while it works: one blow after another, at moments that a seed decides."""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.rig.house import House

LONGEST_STOP_SECONDS = 4.0
WEIGHTS = {
    "web process killed": 30,
    "web server killed": 15,
    "worker killed": 20,
    "web process stopped": 6,
    "worker stopped": 6,
    "database killed": 15,
    "database restarted": 8,
}
ONLY_OF_A_SERVER = {"database killed", "database restarted"}


@dataclass(frozen=True)
class Window:
    """A time in which something was away or stood still."""

    what: str
    begun_at: datetime
    ended_at: datetime


class Blows:
    """Strikes until it is told to stop; nothing is left broken then."""

    def __init__(self, house: House, *, per_minute: float, seed: int) -> None:
        self._house, self._chance = house, random.Random(f"blows-{seed}")  # noqa: S311 - not for secrets
        self._pause = 60 / per_minute if per_minute else None
        self._enough = threading.Event()
        self.struck: Counter[str] = Counter()
        self.windows: list[Window] = []
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def end(self) -> None:
        """The last blow is over and all is up again."""
        self._enough.set()
        self._thread.join()
        if self.failure is not None:
            raise self.failure

    def _work(self) -> None:
        if self._pause is None:
            return
        names = [name for name in WEIGHTS if self._fits(name)]
        weights = [WEIGHTS[name] for name in names]
        try:
            while not self._enough.wait(self._chance.expovariate(1 / self._pause)):
                self._supervise()
                self._strike(self._chance.choices(names, weights)[0])
        except BaseException as failure:  # noqa: BLE001 - raised by `end`, in the thread that waits for us
            self.failure = failure

    def _supervise(self) -> None:
        """As a supervisor does: a web server whose processes died too fast has given up; start it again."""
        if self._house.has_web_ended():
            begun_at = datetime.now(UTC)
            self._house.start_web()
            self.struck["web server gave up"] += 1
            self.windows.append(Window("web server gave up", begun_at, datetime.now(UTC)))

    def _fits(self, name: str) -> bool:
        return self._house.store.kind != "sqlite" or name not in ONLY_OF_A_SERVER

    def _strike(self, name: str) -> None:
        blows: dict[str, Callable[[], None]] = {
            "web process killed": self._kill_web_process,
            "web server killed": self._kill_web_server,
            "worker killed": self._kill_worker,
            "web process stopped": lambda: self._stop_a_while(self._house.web_processes()),
            "worker stopped": lambda: self._stop_a_while([one.pid for one in self._house.workers]),
            "database killed": lambda: self._restart_database(signal.SIGQUIT),
            "database restarted": lambda: self._restart_database(signal.SIGINT),
        }
        begun_at = datetime.now(UTC)
        blows[name]()
        self.struck[name] += 1
        self.windows.append(Window(name, begun_at, datetime.now(UTC)))

    def _kill_web_process(self) -> None:
        if processes := self._house.web_processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._chance.choice(processes), signal.SIGKILL)

    def _kill_web_server(self) -> None:
        self._house.kill_web()
        time.sleep(self._chance.uniform(0, 0.5))
        self._house.start_web()

    def _kill_worker(self) -> None:
        self._house.kill_worker(self._chance.randrange(len(self._house.workers)))
        self._house.start_worker()

    def _stop_a_while(self, processes: list[int]) -> None:
        if not processes:
            return
        pid = self._chance.choice(processes)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            try:
                self._enough.wait(self._chance.uniform(1, LONGEST_STOP_SECONDS))
            finally:
                os.kill(pid, signal.SIGCONT)

    def _restart_database(self, how: signal.Signals) -> None:
        self._house.store.stop(how)
        time.sleep(self._chance.uniform(0, 0.5))
        self._house.store.start()

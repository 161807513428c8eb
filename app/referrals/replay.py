"""Real calls from a table, offered to a hook as signed referrals, at a pace.

The calls are public records of other cities, so most lie outside our areas: what is
shown is that every one is taken, kept and answered. The id of a message comes from its
row, so that the same table a second time is all repeats and changes nothing.
"""

import csv
import gzip
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from app.foundation.errors import DomainError
from app.referrals.sender import HookAnswer, HookSender, Unanswered

NEEDED = ("city", "id", "call_type", "lat", "lon", "district", "location", "priority")
KEYS_REFUSED = frozenset({401, 403})
# How far ahead of the answers we read the table, for each connection.
AHEAD = 4


class NotReplayable(DomainError):
    """The table cannot be read as calls, or the hook refuses our key for every one."""


@dataclass(frozen=True)
class Offer:
    """One row as a message: the id it will always have, and the body."""

    message_id: str
    body: bytes


@dataclass
class Summary:
    """What the hook said to all of them, counted."""

    sent_count: int = 0
    replay_count: int = 0
    duplicate_count: int = 0
    retry_count: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    answers: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Decision, state and reason; for a problem its slug stands in the place of the reason."""
    unanswered: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def calls_a_second(self) -> float:
        return self.sent_count / self.seconds if self.seconds else 0.0

    def add(self, answer: HookAnswer) -> None:
        """Count one answer."""
        self.sent_count += 1
        self.statuses[answer.status] += 1
        self.retry_count += answer.tries - 1
        self.replay_count += answer.is_replay
        self.duplicate_count += bool(answer.body.get("duplicate_of"))
        if answer.is_taken:
            said = (str(answer.body.get(name) or "-") for name in ("decision", "state", "reason"))
            self.answers[(*said,)] += 1  # type: ignore[index]  # three names above
        else:
            self.answers[("refused", "-", answer.slug or "-")] += 1


def open_table(path: Path) -> TextIO:
    """A table as text, unpacked on the way when it is gzip."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def count_rows(path: Path) -> int:
    """How many calls a table holds."""
    with open_table(path) as table:
        return sum(1 for _ in csv.DictReader(table, restkey="more", restval=""))


def read_offers(table: TextIO) -> Iterator[Offer]:
    """Each row of a table as a message. Raises `NotReplayable` when columns are missing."""
    rows = csv.DictReader(table, restkey="more", restval="")
    missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
    if missing:
        raise NotReplayable(f"The table has no column {', '.join(missing)}.")
    for row in rows:
        yield offer_of(row)


def offer_of(row: dict[str, str]) -> Offer:
    """One row as our JSON: only what it says. A missing point is left out, never 0,0."""
    call: dict[str, Any] = {
        "incident_id": f"{row['city']} {row['id']}".strip(),
        "call_type": {"text": row["call_type"]},
        "priority": row["priority"],
    }
    place: dict[str, Any] = {}
    if row["lat"] and row["lon"]:
        place |= {"lat": float(row["lat"]), "lon": float(row["lon"])}
    if address := ", ".join(filter(None, (row["location"], _district(row["district"]), row["city"]))):
        place["address"] = address
    if row["location"] or row["district"] or "lat" in place:
        call["location"] = place
    digest = sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:32]
    return Offer(f"replay-{digest}", json.dumps(call, ensure_ascii=False).encode())


def _district(name: str) -> str:
    return f"district {name}" if name else ""


class Pace:
    """Lets callers of any number of threads through at so many a second; 0 is as fast as it goes."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._next = time.monotonic()
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait for one's turn. Time that was lost is not caught up in a burst."""
        if not self._gap:
            return
        with self._lock:
            mine = max(self._next, time.monotonic() - self._gap)
            self._next = mine + self._gap
        if (ahead := mine - time.monotonic()) > 0:
            time.sleep(ahead)


class Replay:
    """A replay under way: several connections, one pace, one sum."""

    def __init__(self, new_sender: Callable[[], HookSender], *, per_second: float, concurrency: int) -> None:
        self._new_sender = new_sender
        self._pace = Pace(per_second)
        self._concurrency = concurrency
        self._own = threading.local()
        self._senders: list[HookSender] = []
        self.summary = Summary()

    def run(self, offers: Iterable[Offer]) -> Iterator[Summary]:
        """Send them all; yields the sum so far after each. Raises `NotReplayable` for a refused key."""
        began = time.monotonic()
        waiting: set[Future[HookAnswer]] = set()
        rest = iter(offers)
        with ThreadPoolExecutor(self._concurrency) as pool:
            try:
                while True:
                    more = islice(rest, self._concurrency * AHEAD - len(waiting))
                    waiting |= {pool.submit(self._send, offer) for offer in more}
                    if not waiting:
                        break
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for answered in done:
                        self._count(answered)
                        self.summary.seconds = time.monotonic() - began
                        yield self.summary
            finally:
                pool.shutdown(cancel_futures=True)
                for sender in self._senders:
                    sender.close()

    def _send(self, offer: Offer) -> HookAnswer:
        self._pace.wait()
        if not hasattr(self._own, "sender"):
            self._own.sender = self._new_sender()
            self._senders.append(self._own.sender)
        sender: HookSender = self._own.sender
        return sender.post("", offer.body, message_id=offer.message_id)

    def _count(self, answered: Future[HookAnswer]) -> None:
        try:
            answer = answered.result()
        except Unanswered as problem:
            self.summary.sent_count += 1
            self.summary.unanswered[problem.last] += 1
            return
        self.summary.add(answer)
        if answer.status in KEYS_REFUSED:
            raise NotReplayable(f"The hook refuses this client: {answer.slug or answer.status}.")

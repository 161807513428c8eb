"""What dispatch wrote down: each message it sent, and what it was told in the end."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

Body = dict[str, Any]


@dataclass(slots=True)
class Sent:
    """One message under one id, however often it was tried."""

    message_id: str
    kind: str
    incident_id: str
    path: str
    body: bytes
    status: int | None = None
    """The last answer that settled it; None when nobody ever did."""
    answer: Body = field(default_factory=dict)
    is_replay: bool = False
    tries: int = 0
    milliseconds: float = 0
    settled_at: float = 0
    """By a clock that nobody moves."""
    position: int = 0
    """How far the log of the disk had come when the answer was there."""

    @property
    def is_acknowledged(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def digest(self) -> str:
        return sha256(self.body).hexdigest()


@dataclass
class Ledger:
    """All of it. Callers on several threads write in it."""

    sent: list[Sent] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    """What a try met that did not settle it: a cut, a timeout, an honest 503."""
    wrong: list[str] = field(default_factory=list)
    """Answers that should never be given."""
    looks: Counter[str] = field(default_factory=Counter)
    """What was answered to those who only asked how a call stands."""
    repeats: int = 0
    """Acknowledged messages that were sent once more, exactly, and got the first answer again."""
    acknowledged: int = 0
    incidents: set[str] = field(default_factory=set)
    """Those of which a call was acknowledged."""
    position: Callable[[], int] = lambda: 0
    """How far the log of the disk is; only a trial with such a log says."""
    is_over: threading.Event = field(default_factory=threading.Event)
    """Nobody will answer any more; whoever waits gives up."""
    _door: threading.Lock = field(default_factory=threading.Lock)

    def add(self, sent: Sent) -> None:
        """A message that dispatch begins to send."""
        with self._door:
            self.sent.append(sent)

    def settle(self, sent: Sent) -> None:
        """It has its answer."""
        sent.position, sent.settled_at = self.position(), time.monotonic()
        with self._door:
            self.acknowledged += sent.is_acknowledged
            if sent.is_acknowledged and sent.kind == "create":
                self.incidents.add(sent.incident_id)

    def meet(self, trouble: str) -> None:
        """A try that settled nothing."""
        with self._door:
            self.troubles[trouble] += 1

    def accuse(self, what: str) -> None:
        """An answer that should never be given; with codes and ids only."""
        with self._door:
            self.wrong.append(what)

    def note_repeat(self) -> None:
        """The same again came to the same again."""
        with self._door:
            self.repeats += 1

    def note_look(self, outcome: str) -> None:
        """Somebody asked how a call stands."""
        with self._door:
            self.looks[outcome] += 1

    def as_of(self, position: int) -> "Ledger":
        """What dispatch knew when the log had come so far: later answers never came."""
        return Ledger(
            [one if one.position <= position else replace(one, status=None, answer={}) for one in self.sent],
            wrong=self.wrong,
        )

"""A shift of dispatch: calls of every kind, told twice, by two callers, with news, taken back."""

import json
import random
import threading
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from bench.rig.ledger import Ledger, Sent
from bench.rig.line import Line

HOOK = "/api/v1/referrals"
NARRATIVE = (
    "Caller says the neighbors in the next unit have been arguing about a parking space in the alley "
    "since this morning. No one is hurt, no weapons were seen. Caller would like somebody to talk with both."
)
SAFE = {
    "weapons": "no",
    "injuries": "no",
    "threats": "no",
    "children_at_risk": "no",
    "relation": "neighbors",
    "wish": "mediator",
}
SORTS: dict[str, dict[str, Any]] = {
    "offered": {"kind": "callback", "answers": SAFE},
    "offered live": {"kind": "live", "answers": SAFE},
    "review": {"kind": "callback", "answers": SAFE | {"injuries": "unknown", "threats": "unknown"}},
    "returned": {"kind": "live", "answers": SAFE | {"weapons": "yes"}},
}
WEIGHTS = {"offered": 50, "offered live": 3, "review": 12, "returned": 35}
LATER = {"repeat": 0.25, "second caller": 0.12, "update": 0.15, "danger": 0.04, "cancel": 0.15, "look": 0.3}
"""How often each of these follows a call."""


class Shift:
    """So many callers at once, until they are told that it is enough."""

    def __init__(
        self,
        port: int,
        client: dict[str, str],
        ledger: Ledger,
        *,
        callers: int,
        seed: int,
        pace: float = 0,
        weights: Mapping[str, int] = WEIGHTS,
        followed: float = 1,
    ) -> None:
        self._enough = threading.Event()
        self._pace, self._weights, self._followed = pace, weights, followed
        """Seconds between two calls of one caller; how often each sort comes; how much follows, of LATER."""
        self._threads = [
            threading.Thread(
                target=self._work, args=(Line(port, client, ledger), f"{seed}-{number}"), daemon=True
            )
            for number in range(callers)
        ]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """No new calls; what was begun is told to its end."""
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _work(self, line: Line, seed: str) -> None:
        chance = random.Random(seed)  # noqa: S311 - not for secrets
        while not self._enough.is_set():
            one_call(line, chance, self._weights, self._followed)
            self._enough.wait(self._pace)
        line.close()


def one_call(
    line: Line, chance: random.Random, weights: Mapping[str, int] = WEIGHTS, followed: float = 1
) -> None:
    """A call from its first word to whatever follows it."""
    sort = chance.choices(list(weights), list(weights.values()))[0]
    incident_id = f"BENCH-{uuid4().hex[:16]}"
    body = body_of(sort, incident_id, chance)
    first = line.tell(message("create", incident_id, HOOK, body))
    if not first.is_acknowledged:
        return
    path = f"{HOOK}/{first.answer['id']}"
    acts: dict[str, Callable[[], object]] = {
        "repeat": lambda: line.repeat(first),
        "second caller": lambda: line.tell(message("create", incident_id, HOOK, body)),
        "update": lambda: line.tell(
            message("update", incident_id, f"{path}/updates", _news("They are calm"))
        ),
        "danger": lambda: line.tell(
            message("update", incident_id, f"{path}/updates", _news("Now one of them has a knife"))
        ),
        "cancel": lambda: line.tell(message("cancel", incident_id, f"{path}/cancel", b"{}")),
        "look": lambda: line.look(str(first.answer["id"])),
    }
    for name, share in LATER.items():
        if chance.random() < share * followed:
            acts[name]()


def body_of(sort: str, incident_id: str, chance: random.Random) -> bytes:
    """One invented call of a sort."""
    call = {
        "incident_id": incident_id,
        "nature": "neighbor",
        "call_type": {"code": "415N", "text": "Neighbor dispute"},
        "narrative": NARRATIVE,
        "location": {
            "lat": 34.05 + chance.randrange(200) / 10_000,
            "lon": -118.25,
            "address": "100 Example St",
        },
        "callback": f"555-01{chance.randrange(100):02}",
        "language": "en",
    }
    return json.dumps(call | SORTS[sort]).encode()


def message(kind: str, incident_id: str, path: str, body: bytes) -> Sent:
    """A message with an id of its own."""
    return Sent(f"msg_{uuid4().hex}", kind, incident_id, path, body)


def _news(narrative: str) -> bytes:
    return json.dumps({"version": 2, "narrative": narrative}).encode()

"""How many calls a second the hook takes, as a share of a bare Flask route on the same store.

Both are served by gunicorn in the same way and get requests signed beforehand, in turns,
in many short rounds, so that a busy neighbor on the machine meets both; the ratio is the
median of the rounds'. Everything is durable: SQLite with WAL and FULL, PostgreSQL with
fsync. Prints one JSON object.

    script/bench hook [--rounds 15] [--seconds 1] [--database sqlite|postgresql]
"""

import argparse
import json
import statistics
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from app.delivery.signatures import sign
from bench import servers
from bench.load import Load, run

KINDS = ("sqlite", "postgresql")
CONNECTIONS = 16
WARM_UP_SECONDS = 3  # connections are opened, statements planned, the log of SQLite has its size
MOST_PER_SECOND = 8_000  # more requests than this are not signed beforehand
NARRATIVE = (
    "Caller says the neighbors in the next unit have been arguing about a parking space in the alley "
    "since this morning. No one is hurt, no weapons were seen. Caller would like somebody to talk with both."
)


def body_of(number: int, mark: str) -> bytes:
    """One invented call: a neighbors' quarrel that our people may answer."""
    call = {
        "incident_id": f"BENCH-{mark}-{number}",
        "event_time": datetime.now(UTC).isoformat(),
        "kind": "live",
        "nature": "neighbor",
        "call_type": {"code": "415N", "text": "Neighbor dispute"},
        "narrative": NARRATIVE,
        "location": {"lat": 34.05 + number % 200 / 10_000, "lon": -118.25, "address": "100 Example St"},
        "callback": f"555-01{number % 100:02}",
        "language": "en",
        "answers": {
            "weapons": "no",
            "injuries": "no",
            "threats": "no",
            "children_at_risk": "no",
            "relation": "neighbors",
            "wish": "mediator",
        },
    }
    return json.dumps(call).encode()


def signed_requests(count: int, path: str, secret: str, client_id: str) -> list[bytes]:
    """Requests ready to send, each with an id of its own."""
    mark, now = uuid4().hex[:8], datetime.now(UTC)
    requests = []
    for number in range(count):
        body = body_of(number, mark)
        headers = {
            "host": "localhost",
            "content-type": "application/json",
            "content-length": str(len(body)),
            "webhook-client": client_id,
            **sign(secret, f"msg_{mark}_{number}", now, body),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        requests.append(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
    return requests


def one_round(served: servers.Served, seconds: float) -> Load:
    """Load one of the two for this long; anything but a 201 spoils the measure."""
    count = int(MOST_PER_SECOND * seconds)
    requests = signed_requests(count, served.path, served.secret, served.client_id)
    load = run(served.port, requests, connections=CONNECTIONS, seconds=seconds)
    if set(load.answers) != {201}:
        raise SystemExit(f"{served.path} answered {dict(load.answers)}, not only 201.")
    return load


def measure(kind: str, rounds: int, seconds: float) -> dict[str, Any]:
    """Both hooks on one kind of database, in turns."""
    with (
        servers.durable_database(kind) as database,
        servers.hook(database) as hook,
        servers.bare(database) as bare,
    ):
        both = (hook, bare)
        for served in both:
            one_round(served, WARM_UP_SECONDS)
        pairs = [tuple(one_round(served, seconds) for served in both) for _ in range(rounds)]
    ratios = [ours.accepted_per_second / bound.accepted_per_second for ours, bound in pairs]
    return {
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "hook": summary([ours for ours, _ in pairs]),
        "bound": summary([bound for _, bound in pairs]),
    }


def summary(loads: list[Load]) -> dict[str, Any]:
    """The rounds of one hook in numbers: medians of the rounds."""
    return {
        "accepted_per_second": round(statistics.median(load.accepted_per_second for load in loads)),
        "p50_ms": round(statistics.median(load.percentile(0.5) for load in loads), 1),
        "p99_ms": round(statistics.median(load.percentile(0.99) for load in loads), 1),
        "accepted": sum(load.answers[201] for load in loads),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench hook", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--database", choices=KINDS, action="append")
    asked = parser.parse_args()
    result = {
        "benchmark": "hook",
        "measure": "accepted posts a second, as a share of a bare Flask route with one durable insert",
        "served_by": f"gunicorn gthread {servers.WORKERS}x{servers.THREADS}, {CONNECTIONS} connections",
        "databases": {kind: measure(kind, asked.rounds, asked.seconds) for kind in asked.database or KINDS},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

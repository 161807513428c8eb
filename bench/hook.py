"""How fast the hook is, as a share of a bare Flask route on the same server and the same store.

Both get requests signed beforehand and keep every one durably: SQLite with WAL and FULL,
PostgreSQL with fsync. Measured for each database and each server, in turns and in many short
rounds, so that a busy neighbor on the machine meets all of them; ratios are medians of rounds.

- closed loop: 16 connections ask again as soon as they are answered;
- open loop: so many calls a second at even times, whatever the hook does, while nobody reads and
  while three people read the map, the board and the report;
- waterfall: what one call spends its time on.

Prints one JSON object.

    script/bench hook [--rounds 15] [--seconds 1] [--rate 300]
                      [--database sqlite|postgresql] [--server gunicorn|granian]
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from bench import servers
from bench.load import Load, run, run_at
from bench.ready import signed_requests

KINDS = ("sqlite", "postgresql")
CONNECTIONS = 16
WARM_UP_SECONDS = 3  # connections are opened, statements planned, the log of SQLite has its size
MOST_PER_SECOND = 8_000  # more requests than this are not signed beforehand
OPEN_ROUND_SECONDS = 5
OPEN_ROUNDS = 3
READER = "coordinator@demo.example"


def closed(served: servers.Served, seconds: float) -> Load:
    """Load one of the two for this long."""
    count = int(MOST_PER_SECOND * seconds)
    requests = signed_requests(count, served.path, served.secret, served.client_id)
    return _only_accepted(served, run(served.port, requests, connections=CONNECTIONS, seconds=seconds))


def opened(served: servers.Served, rate: float) -> Load:
    """Calls at even times."""
    count = int(rate * OPEN_ROUND_SECONDS)
    requests = signed_requests(count, served.path, served.secret, served.client_id)
    return _only_accepted(served, run_at(served.port, requests, connections=CONNECTIONS, per_second=rate))


def _only_accepted(served: servers.Served, load: Load) -> Load:
    """Anything but a 201 spoils the measure."""
    if set(load.answers) != {201}:
        raise SystemExit(f"{served.path} answered {dict(load.answers)}, not only 201.")
    return load


def measure(kind: str, names: list[str], rounds: int, seconds: float, rate: float) -> dict[str, Any]:
    """Both hooks on one kind of database and on each server."""
    with ExitStack() as stack:
        database = stack.enter_context(servers.durable_database(kind))
        client = servers.prepare(servers.environment_of(database))
        pairs = {
            name: (
                stack.enter_context(servers.hook(database, name, client)),
                stack.enter_context(servers.bare(database, name)),
            )
            for name in names
        }
        for pair in pairs.values():
            for served in pair:
                closed(served, WARM_UP_SECONDS)
        loads = in_turns(pairs, rounds, lambda served: closed(served, seconds))
        calm = in_turns(pairs, OPEN_ROUNDS, lambda served: opened(served, rate))
        read = {name: list(_while_read(database, name, hook, rate)) for name, (hook, _) in pairs.items()}
        return {
            "servers": {
                name: {
                    "closed": compared(loads[name]),
                    "open": {"per_second": rate, **compared(calm[name])},
                    "open_while_read": {
                        **summary(read[name]),
                        "p99_of_calm": _ratio(percentiles(read[name]), percentiles(calm[name][0])),
                    },
                }
                for name in names
            },
            "waterfall": waterfall(database, client),
        }


Pair = tuple[servers.Served, servers.Served]
Loads = tuple[list[Load], list[Load]]


def in_turns(pairs: dict[str, Pair], rounds: int, load: Callable[[servers.Served], Load]) -> dict[str, Loads]:
    """The loads of ours and of the bound, server by server, again and again."""
    found: dict[str, Loads] = {name: ([], []) for name in pairs}
    for _ in range(rounds):
        for name, pair in pairs.items():
            for served, loads in zip(pair, found[name], strict=True):
                loads.append(load(served))
    return found


def compared(loads: Loads) -> dict[str, Any]:
    """Ours beside the bound: the ratio of what they take, of each round and in the middle."""
    ours, bound = loads
    ratios = [one.accepted_per_second / other.accepted_per_second for one, other in zip(*loads, strict=True)]
    return {
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "p99_of_bound": _ratio(percentiles(ours), percentiles(bound)),
        "hook": summary(ours),
        "bound": summary(bound),
    }


def summary(loads: list[Load]) -> dict[str, Any]:
    """The rounds of one hook in numbers: medians of the rounds."""
    return {
        "accepted_per_second": round(statistics.median(load.accepted_per_second for load in loads)),
        "p50_ms": round(statistics.median(load.percentile(0.5) for load in loads), 1),
        "p99_ms": round(statistics.median(percentiles(loads)), 1),
        "accepted": sum(load.answers[201] for load in loads),
    }


def percentiles(loads: list[Load]) -> list[float]:
    """How long the slowest hundredth waited, round by round, in milliseconds."""
    return [load.percentile(0.99) for load in loads]


def _ratio(ours: list[float], bound: list[float]) -> float:
    return round(statistics.median(ours) / statistics.median(bound), 2)


def _while_read(database: servers.Database, name: str, hook: servers.Served, rate: float) -> Iterator[Load]:
    with servers.pages(database, name) as port, reading(database, port):
        for _ in range(OPEN_ROUNDS):
            yield opened(hook, rate)


@contextmanager
def reading(database: servers.Database, port: int) -> Iterator[None]:
    """Three people read meanwhile, see reading.py. One that fails spoils the measure."""
    password = json.loads((database.folder / "instance" / "demo-sign-in.json").read_text())["password"]
    told = (str(port), READER, password)
    readers = subprocess.Popen([sys.executable, "-m", "bench.reading", *told], stdout=subprocess.PIPE)
    try:
        if readers.stdout is None or readers.stdout.readline() != b"reading\n":
            raise SystemExit("Nobody could read.")
        yield
        if readers.poll() is not None:
            raise SystemExit("A reader stopped.")
    finally:
        readers.terminate()
        readers.wait(30)


def waterfall(database: servers.Database, client: dict[str, str]) -> dict[str, Any]:
    """Where the time of a call goes, see waterfall.py."""
    told = {"path": servers.HOOK_PATH, "secret": client["secret"], "client_id": client["client_id"]}
    done = subprocess.run(
        [sys.executable, "-m", "bench.waterfall"],
        env=servers.environment_of(database),
        input=json.dumps(told).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench hook", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--rate", type=float, default=300)
    parser.add_argument("--database", choices=KINDS, action="append")
    parser.add_argument("--server", choices=sorted(servers.COMMANDS), action="append")
    asked = parser.parse_args()
    chosen = asked.server or list(servers.COMMANDS)
    result = {
        "benchmark": "hook",
        "measure": "accepted posts a second, as a share of a bare Flask route with one durable insert",
        "served_by": f"{servers.WORKERS} processes of {servers.THREADS} threads, {CONNECTIONS} connections",
        "databases": {
            kind: measure(kind, chosen, asked.rounds, asked.seconds, asked.rate)
            for kind in asked.database or KINDS
        },
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

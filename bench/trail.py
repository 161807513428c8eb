"""How fast the trail is linked and verified, beside what any chain must at least do, in the same run.

The bound of linking reads the same rows through the bare driver, takes SHA-256 over the same bytes, and
writes position and digest back, as many to a transaction. The bound of verifying reads them and takes the
digests. Then a worker's loop links while looks come in: how long an entry stands without a link (the
window in which only triggers guard it), and without a checkpoint. Prints one JSON object.

    script/bench trail [--entries 50000] [--database sqlite|postgresql]
"""

import argparse
import json
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, insert, select, text

from app import create_app
from app.audit import chain, witness
from app.audit.catalogue import What
from app.audit.checkpoints import Signer
from app.audit.digests import START
from app.audit.linking import Linker
from app.audit.models import AuditEntry
from app.audit.trail import Actor, ActorKind, entry_values, record
from app.audit.verification import verify_all
from app.foundation import clock
from app.foundation.db import db, reading
from app.foundation.settings import Settings
from app.worker import IDLE_SECONDS
from bench import servers

KINDS = ("sqlite", "postgresql")
READER = Actor(ActorKind.PERSON, "0" * 26, "Ana", role="mediator", permission="case.read")
AT_ONCE = 2_000
WATCHED_SECONDS = 10.0
LOOK_EVERY_SECONDS = 0.02


def measure(kind: str, count: int) -> dict[str, Any]:
    """One run on a database of its own."""
    with servers.durable_database(kind) as database, tempfile.TemporaryDirectory() as folder:
        environ = servers.environment_of(database)
        servers.prepare(environ)
        app = create_app(Settings.from_environment(environ))
        with app.app_context():
            link_rest()
            fill(count)
            bare_link = rate(count, lambda: bare_linking(count))
            file = Path(folder) / "witness.jsonl"
            linker = Linker(Signer.of(b"w" * 32, "bench.example"), file)
            ours_link = rate(count, lambda: link_all(linker))
            linker.write_file(0.0)
            bare_verify = rate(count, bare_verifying)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            ours_verify = rate(count, lambda: verify(linker, file))
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            window = watch(app, linker)
    return {
        "entries": count,
        "linked_per_second": round(ours_link),
        "link_to_bound": round(ours_link / bare_link, 3),
        "verified_per_second": round(ours_verify),
        "verify_to_bound": round(ours_verify / bare_verify, 3),
        "verify_grew_by_mb": round(grown / 1024, 1),
        **window,
    }


def rate(count: int, work: Callable[[], object]) -> float:
    """Entries a second."""
    begin = time.perf_counter()
    work()
    db.session.rollback()
    return count / (time.perf_counter() - begin)


def fill(count: int) -> None:
    """So many looks that are not linked yet."""
    for begin in range(0, count, AT_ONCE):
        rows = [
            entry_values(
                What.CASE_LOOKED_AT,
                actor=READER,
                subject_type="case",
                subject_id=f"{number:026}",
                part="people",
            )
            for number in range(begin, min(begin + AT_ONCE, count))
        ]
        db.session.execute(insert(AuditEntry), rows)
        db.session.commit()


def link_rest() -> None:
    """What preparing the database has put on the trail."""
    while chain.link_waiting():
        db.session.commit()


def link_all(linker: Linker) -> None:
    while linker.link(clock.now()):
        pass


def verify(linker: Linker, file: Path) -> None:
    with reading():
        report = verify_all(None, file)
    assert not report.damages, report.damages
    assert report.unknown is None, report.unknown


def bare_linking(count: int) -> None:
    """The same work in a table without a trigger, an ORM or a check, through the bare driver."""
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE bare AS SELECT * FROM audit_entries"))
        connection.execute(text("CREATE UNIQUE INDEX bare_id ON bare (id)"))
        connection.execute(text("CREATE UNIQUE INDEX bare_position ON bare (position)"))
    mark = "?" if db.engine.dialect.name == "sqlite" else "%s"
    update = f"UPDATE bare SET position = {mark}, digest = {mark} WHERE id = {mark}"  # noqa: S608
    last = f"SELECT * FROM bare WHERE position IS NULL ORDER BY id LIMIT {chain.BATCH}"  # noqa: S608
    position, digest = 1_000_000, START
    while position < 1_000_000 + count:
        with db.engine.begin() as connection:
            cursor = _cursor(connection)
            cursor.execute(last)
            places = []
            for row in cursor.fetchall():
                position, digest = position + 1, sha256(f"{digest}{row}".encode()).hexdigest()
                places.append((position, digest, row[0]))
            cursor.executemany(update, places)


def bare_verifying() -> None:
    """Read every row in order through the bare driver, and take a digest over as many bytes."""
    digest = START
    with reading():
        cursor = _cursor(db.session.connection())
        cursor.execute("SELECT * FROM audit_entries WHERE position IS NOT NULL ORDER BY position")
        while rows := cursor.fetchmany(chain.BATCH):
            for row in rows:
                digest = sha256(f"{digest}{row}".encode()).hexdigest()


def _cursor(connection: Connection) -> Any:
    """The driver's own."""
    return connection.connection.driver_connection.cursor()  # type: ignore[union-attr]


def watch(app: Flask, linker: Linker) -> dict[str, Any]:
    """How long an entry stands without a link, and without a checkpoint, beside a worker's loop."""
    stop, linked, covered = threading.Event(), {}, {}

    def work() -> None:
        with app.app_context():
            while not stop.is_set():
                if not linker.link(clock.now()):
                    stop.wait(IDLE_SECONDS)
                now, last = time.time(), witness.newest()
                ends = chain.end()[0]
                db.session.rollback()
                linked[ends] = min(linked.get(ends, now), now)
                covered[last.position if last else 0] = (
                    now if last is None else covered.get(last.position, now)
                )

    worker = threading.Thread(target=work)
    worker.start()
    begin, first = time.monotonic(), clock.now()
    while time.monotonic() - begin < WATCHED_SECONDS:
        record(What.CASE_LOOKED_AT, actor=READER, subject_type="case", subject_id="one", part="people")
        db.session.commit()
        time.sleep(LOOK_EVERY_SECONDS)
    time.sleep(2 * IDLE_SECONDS)
    stop.set()
    worker.join()
    seen = select(AuditEntry.position, AuditEntry.at).where(AuditEntry.at >= first, AuditEntry.position > 0)
    entries = [(row.position, row.at.timestamp()) for row in db.session.execute(seen)]
    waits = sorted(after(linked, position) - at for position, at in entries)
    checks = sorted(after(covered, position) - at for position, at in entries if position <= max(covered))
    return {
        "watched_entries": len(waits),
        "unlinked_p50_ms": round(1000 * waits[len(waits) // 2]),
        "unlinked_max_ms": round(1000 * waits[-1]),
        "unwitnessed_p50_ms": round(1000 * checks[len(checks) // 2]),
        "unwitnessed_max_ms": round(1000 * checks[-1]),
    }


def after(moments: dict[int, float], position: int) -> float:
    """When the first end at or behind this position was seen."""
    return min(moment for end, moment in moments.items() if end >= position)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=50_000)
    parser.add_argument("--database", choices=KINDS)
    given = parser.parse_args()
    kinds = [given.database] if given.database else KINDS
    print(json.dumps({"benchmark": "trail", **{kind: measure(kind, given.entries) for kind in kinds}}))


if __name__ == "__main__":
    main()

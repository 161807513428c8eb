"""Whether the store itself is whole: its own checks, the trail's chain, and that sealed messages open."""

import subprocess
from hashlib import sha256
from pathlib import Path

from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.foundation.db import db
from app.foundation.settings import Settings
from app.referrals.models import ReferralMessage
from app.vault import sealing
from app.vault.access import Use
from bench import servers
from bench.rig.rows import connected

SAMPLE = 300


def check_store(url: str) -> str:
    """`ok`, or what the database says of itself."""
    if url.startswith("sqlite"):
        return _check_sqlite(url)
    try:
        return _check_postgresql(url)
    except DBAPIError as problem:
        return str(problem.orig)[:200]


def _check_sqlite(url: str) -> str:
    with connected(url) as look:
        found = [*look.scalars(text("PRAGMA integrity_check"))]
        loose = look.execute(text("PRAGMA foreign_key_check")).all()
    return "ok" if found == ["ok"] and not loose else f"{found[:3]} {len(loose)} loose rows"


def _check_postgresql(url: str) -> str:
    """amcheck reads every page of every table and index; where it is not installed, we say so."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT"
    )
    indexes = text(
        "SELECT bt_index_check(c.oid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'btree' AND c.relpersistence = 'p'"
    )
    tables = text(
        "SELECT count(*) FROM pg_class c CROSS JOIN LATERAL verify_heapam(c.oid) WHERE c.relkind = 'r'"
        " AND c.relpersistence = 'p'"
    )
    try:
        with engine.connect() as look:
            there = text("SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'")
            if not look.scalar(there):
                return "ok (amcheck is not installed)"
            look.execute(text("CREATE EXTENSION IF NOT EXISTS amcheck"))
            look.execute(indexes).all()
            count = look.scalar(tables)
            look.execute(text("DROP EXTENSION amcheck"))
    finally:
        engine.dispose()
    return "ok" if count == 0 else f"{count} damaged places"


def check_chain(environ: dict[str, str]) -> str:
    """`ok`, or what `flask audit verify` says."""
    done = subprocess.run(
        [servers.PROGRAMS / "flask", "audit", "verify"],
        cwd=servers.ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return "ok" if done.returncode == 0 else (done.stdout + done.stderr)[-300:]


def count_unreadable(environ: dict[str, str], client_id: str) -> int:
    """Of the newest messages, how many do not open to the very bytes that came."""
    settings = Settings.from_environment(environ)
    Path(settings.instance_path).mkdir(exist_ok=True)
    app = create_app(settings)
    m = ReferralMessage
    newest = select(m).where(m.client_id == client_id).order_by(m.id.desc()).limit(SAMPLE)
    with app.app_context():
        kept = db.session.scalars(newest).all()
        opened = [
            sealing.unseal(
                one.key_id, "referral_messages", "body_sealed", one.id, one.body_sealed, by=Use.INTEGRITY
            )
            for one in kept
        ]
        digests = [one.body_digest for one in kept]
        db.session.remove()
        db.engine.dispose()
    return sum(
        sha256(body.encode()).hexdigest() != digest for body, digest in zip(opened, digests, strict=True)
    )

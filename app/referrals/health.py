"""Whether we can take a live call now, told truthfully: by doing what a call needs, not by saying so.

Dispatch asks every few seconds and greys its button when the answer is no. A canary is written
durably and read back through the same path that keeps a call; the clocks have rung lately; somebody
is on shift; there is room on the disk; nobody has said that we stop for a while.
"""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, exists, func, select

from app.delivery.queries import latest_beat
from app.foundation import disk
from app.foundation.copies import Copy
from app.foundation.db import db, let_go
from app.foundation.group_commit import group_of
from app.foundation.ids import new_id
from app.referrals.models import IntakeCanary, IntakePause
from app.roster.queries import is_running

CANARY_EVERY = timedelta(seconds=10)
CANARIES_KEPT = timedelta(hours=1)
CANARY_LIVES = timedelta(seconds=30)
BEAT_LIVES = timedelta(seconds=5)
PAUSE_NOTICE = timedelta(seconds=30)
"""How long dispatch is told of a pause before calls are refused."""


@dataclass(frozen=True)
class Health:
    """Each check by its name, and whether it holds."""

    checks: Mapping[str, bool]
    canary_at: datetime | None
    beat_at: datetime | None
    free_share: float

    @property
    def is_well(self) -> bool:
        return all(self.checks.values())


def read_health(now: datetime, folder: Path) -> Health:
    """Every check, now (five small queries, and a durable row of this process's every ten seconds)."""
    canary_at = _canary(now)
    beat_at = latest_beat(now)
    free = disk.free_share(folder)
    return Health(
        checks={
            "canary": canary_at is not None and now - canary_at <= CANARY_LIVES,
            "clocks": beat_at is not None and now - beat_at <= BEAT_LIVES,
            "on_shift": bool(db.session.scalar(select(exists().where(is_running(now))))),
            "disk": free >= disk.HEALTHY,
            "not_paused": _paused_since() is None,
        },
        canary_at=canary_at,
        beat_at=beat_at,
        free_share=free,
    )


def _canary(now: datetime) -> datetime | None:
    """The time of the newest canary of this process that could be read back; a new one when it is old."""
    name = f"{socket.gethostname()}:{os.getpid()}"[:80]
    newest = select(func.max(IntakeCanary.at)).where(
        IntakeCanary.process == name,
        IntakeCanary.at <= now,  # one of the future was written before our clock was put back
    )
    at = db.session.scalar(newest)
    if at is None or now - at >= CANARY_EVERY:
        let_go()
        with group_of(db.engine).coming() as seat:
            seat.write([(IntakeCanary, {"id": new_id(), "process": name, "at": now})])
        db.session.execute(delete(IntakeCanary).where(IntakeCanary.at < now - CANARIES_KEPT))
        at = db.session.scalar(newest)
    return at


def _paused_since() -> datetime | None:
    return db.session.scalar(select(func.min(IntakePause.since)).where(IntakePause.until.is_(None)))


_pause = Copy(lambda _: (_paused_since(),), seconds=5)


def refuses_calls(now: datetime, folder: Path) -> bool:
    """Whether a call would not be kept: the disk is nearly full, or a pause was told long enough ago."""
    (since,) = _pause.get()
    is_pausing = since is not None and now - since >= PAUSE_NOTICE
    return is_pausing or disk.free_share(folder) < disk.ENOUGH_FOR_CALLS

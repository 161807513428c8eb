"""Which sets of clocks the database itself lets stand."""

from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.referrals.models import CallKind, ClientClocks
from app.referrals.rules import DEFAULTS, Clocks, faults_of

LIVE = DEFAULTS[CallKind.LIVE]


def clocks_that_stand_wrongly(client_id: str) -> list[Clocks]:
    """Sets that the database takes and the rules do not, or the other way round, or names another field."""
    return [clocks for clocks in _sets() if not _agree(faults_of(clocks), _refusal(client_id, clocks))]


def row_of(client_id: str, clocks: Clocks) -> dict[str, Any]:
    """The row of these clocks, for a live call."""
    named = {"id": new_id(), "client_id": client_id, "kind": CallKind.LIVE, "set_at": clock.now()}
    return named | asdict(clocks)


def _sets() -> Iterator[Clocks]:
    """The usual set, and each that is wrong or just right in one or two of its clocks."""
    yield LIVE
    for one in fields(Clocks):
        yield from (replace(LIVE, **{one.name: seconds}) for seconds in (-1, 0, 1, 86_400, 86_401))
    yield replace(LIVE, dead_man_seconds=90, accept_seconds=60, confirm_seconds=25)
    yield replace(LIVE, dead_man_seconds=90, accept_seconds=60, confirm_seconds=26)
    yield replace(LIVE, accept_seconds=39)


def _agree(faults: Any, refusal: str) -> bool:
    is_named = any(f"ck_client_clocks_{name}" in refusal for name in faults)
    return is_named if faults else not refusal


def _refusal(client_id: str, clocks: Clocks) -> str:
    """What the database says to a row that is written past all of our own code; nothing when it stands."""
    try:
        with db.session.begin_nested() as point:
            db.session.execute(insert(ClientClocks).values(**row_of(client_id, clocks)))
            point.rollback()
    except IntegrityError as refused:
        return str(refused.orig)
    return ""

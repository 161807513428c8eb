"""By which clocks dispatch is promised a call: its centre's own, or the defaults.

A call keeps the clocks of its promise to the end, whatever its centre is given later. It is
promised as it comes, and anew when it turns live.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from sqlalchemy import select

from app.foundation.copies import Copy
from app.foundation.db import db
from app.referrals.models import CallKind, ClientClocks, Referral
from app.referrals.rules import DEFAULTS, Clocks


@dataclass(frozen=True)
class Promise:
    """The clocks of a call that comes now, and the row that keeps them; none for the defaults."""

    clocks: Clocks
    clocks_id: str | None = None


def promise_to(client_id: str | None, kind: CallKind) -> Promise:
    """What a centre is promised for a call that it offers now, by a copy some seconds old.

    The hook asks for every call, so it costs no query. A call that still gets the clocks of a
    moment ago keeps those, all of them: they were a good set, and are.
    """
    return _current.get().get((client_id, kind)) or Promise(DEFAULTS[kind])


def promised_clocks(referral: Referral) -> Clocks:
    """The clocks that a call was promised by (one query, and none for the defaults)."""
    if referral.clocks_id is None:
        return DEFAULTS[referral.kind]
    return clocks_of(db.session.get_one(ClientClocks, referral.clocks_id))


def promise_anew(referral: Referral) -> Clocks:
    """Promise a call, which is of another kind by now, by the clocks that its centre has for that kind."""
    promise = promise_to(referral.client_id, referral.kind)
    referral.clocks_id = promise.clocks_id
    return promise.clocks


def find_current(client_id: str, kind: CallKind) -> ClientClocks | None:
    """The clocks that a centre has of its own for a kind of call."""
    theirs = (ClientClocks.client_id == client_id, ClientClocks.kind == kind, ClientClocks.ended_at.is_(None))
    return db.session.scalars(select(ClientClocks).where(*theirs)).one_or_none()


def clocks_of(row: ClientClocks) -> Clocks:
    """A row's seconds as the rules know them."""
    return Clocks(**{one.name: getattr(row, one.name) for one in fields(Clocks)})


def _load(_kept: object) -> Mapping[tuple[str | None, CallKind], Promise]:
    """All that stand now: two for each centre at most (one query)."""
    rows = db.session.scalars(select(ClientClocks).where(ClientClocks.ended_at.is_(None)))
    return {(row.client_id, row.kind): Promise(clocks_of(row), row.id) for row in rows}


_current = Copy(_load, seconds=5)

"""Making, finding and ending the keys of quarters and months.

The worker makes each key a whole period before it is needed, so that nobody who takes a call or puts an
entry on the trail ever makes one: they read a copy that may be a minute old. Where there is no key
yet, in the first seconds of a new database, they do as was done before there were such keys. Each key
is drawn, not derived: once the sweep has destroyed it, nobody who holds every other key makes it again.
"""

import os
from collections.abc import Mapping
from datetime import datetime

from cryptography.exceptions import InvalidTag
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.foundation.copies import Copy
from app.foundation.db import db
from app.foundation.ids import new_id
from app.foundation.reader import as_machine
from app.vault import keyring
from app.vault.models import DataKey, KeyPurpose
from app.vault.period_models import PeriodKey
from app.vault.periods import MONTHS, Period, period_at
from app.vault.records import SealedRecords
from app.vault.retention import Kind

OLD_SECONDS = 60.0
_IS_DEAD = PeriodKey.key_id.in_(select(DataKey.id).where(DataKey.wrapped.is_(None)))


def schedule(now: datetime) -> None:
    """See that the keys of this period and the next are there; every worker asks. Commits nothing."""
    known = _known(now)
    for purpose in MONTHS:
        this = period_at(purpose, now)
        for period in (this, period_at(purpose, this.ends_at)):
            if (purpose, period.name) not in known:
                _make(purpose, period, now)


def is_ready(now: datetime) -> bool:
    """Whether every purpose has its key of now (one query); an operator's check."""
    return {(purpose, period_at(purpose, now).name) for purpose in MONTHS} <= _known(now)


def _known(now: datetime) -> set[tuple[KeyPurpose, str]]:
    wanted = select(PeriodKey.purpose, PeriodKey.period).where(PeriodKey.ends_at > now, ~_IS_DEAD)
    with as_machine():
        return {(purpose, period) for purpose, period in db.session.execute(wanted)}


def secret_at(purpose: KeyPurpose, moment: datetime) -> tuple[str, bytes] | None:
    """The period of a moment and its key; None while there is none."""
    period = period_at(purpose, moment).name
    secret = secrets_of(purpose).get(period)
    return (period, secret) if secret else None


def secrets_of(purpose: KeyPurpose) -> Mapping[str, bytes]:
    """Every key of a purpose that is alive, by its period."""
    return _alive.get().get(purpose, {})


def _load(_: object) -> dict[KeyPurpose, dict[str, bytes]]:
    """All of them (one query). A key that we cannot open is none: `flask doctor` speaks of it."""
    alive = (
        select(PeriodKey.purpose, PeriodKey.period, DataKey.id, DataKey.wrapped)
        .join(DataKey, DataKey.id == PeriodKey.key_id)
        .where(DataKey.wrapped.is_not(None))
        .order_by(PeriodKey.ends_at)
    )
    # Whoever puts an entry on the trail may be in the middle of something: none of it is written for this.
    with as_machine(), db.session.no_autoflush:
        rows = db.session.execute(alive).all()
    found: dict[KeyPurpose, dict[str, bytes]] = {}
    for purpose, period, key_id, wrapped in rows:
        try:
            found.setdefault(purpose, {})[period] = keyring.unwrap(key_id, wrapped or b"")
        except InvalidTag:
            continue
    return found


_alive: Copy[dict[KeyPurpose, dict[str, bytes]]] = Copy(_load, seconds=OLD_SECONDS)


def _make(purpose: KeyPurpose, period: Period, now: datetime) -> None:
    """A first key, or another in place of one that a restore did not bring back while its time runs."""
    key_id = new_id()
    wrapped = keyring.wrap(key_id, os.urandom(keyring.KEY_BYTES))
    by = keyring.current_id()
    lost = update(PeriodKey).where(PeriodKey.purpose == purpose, PeriodKey.period == period.name, _IS_DEAD)
    try:
        with db.session.begin_nested():
            db.session.add(
                DataKey(id=key_id, purpose=purpose, wrapped=wrapped, wrapped_by=by, created_at=now)
            )
            db.session.flush()
            if not db.session.execute(lost.values(key_id=key_id)).rowcount:  # type: ignore[attr-defined]
                db.session.add(
                    PeriodKey(purpose=purpose, period=period.name, ends_at=period.ends_at, key_id=key_id)
                )
    except IntegrityError:
        return  # another worker was faster
    _alive.forget()


def _records(kind: Kind, purpose: KeyPurpose) -> SealedRecords:
    return SealedRecords(
        kind,
        purpose=purpose,
        subject=None,
        subject_id=PeriodKey.id,
        key_id=PeriodKey.key_id,
        began_at=DataKey.created_at,
        ended_at=PeriodKey.ends_at,
        forget=lambda _: _alive.forget(),
    )


RECORDS = (
    _records(Kind.CALLBACK_KEY, KeyPurpose.CALLBACKS),
    _records(Kind.AUDIT, KeyPurpose.TRAIL),
)
"""What the sweep must know of them. No hold keeps one: a hold is on records, and these are everybody's."""

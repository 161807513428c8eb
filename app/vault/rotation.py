"""Wrapping every data key anew by the operator's new key. What they seal is not touched.

The operator gives the new key and the one before it, restarts the processes, and rotates; when no key
is left that the old one wrapped, the old one can go. Safe to stop and to run again, and while the
office works: each batch is a transaction, and keys made meanwhile are wrapped by the new one.
"""

from sqlalchemy import ColumnElement, func, or_, select

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation.db import db
from app.vault import keyring
from app.vault.models import DataKey

BATCH = 200


def rotate_batch(*, actor: Actor) -> int:
    """Wrap up to 200 keys anew, and say how many there were.

    Raises `InvalidTag` when the key that wrapped one of them is missing.
    """
    stale = select(DataKey).where(*_stale()).order_by(DataKey.id).limit(BATCH)
    keys = db.session.scalars(stale.with_for_update(skip_locked=True)).all()
    for key in keys:
        key.wrapped = keyring.wrap(key.id, keyring.unwrap(key.id, key.wrapped or b""))
        key.wrapped_by = keyring.current_id()
    if keys:
        to = keyring.current_id()
        record(What.KEY_ROTATED, actor=actor, subject_type="key", subject_id=to, rows=len(keys))
    return len(keys)


def count_stale() -> int:
    """How many keys another key-encryption key has wrapped than the one of now."""
    return db.session.scalar(select(func.count()).select_from(DataKey).where(*_stale())) or 0


def count_lost() -> int:
    """How many keys we cannot open: the key that wrapped them was not given to us."""
    unknown = DataKey.wrapped_by.not_in(keyring.known_ids())
    return db.session.scalar(select(func.count()).select_from(DataKey).where(unknown)) or 0


def _stale() -> tuple[ColumnElement[bool], ...]:
    of_another = or_(DataKey.wrapped_by.is_(None), DataKey.wrapped_by != keyring.current_id())
    return DataKey.wrapped.is_not(None), of_another

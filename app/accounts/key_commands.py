"""For the doctor: which keys are past their time (`vault.key_policy`), where the rows tell how old they are.

Of `SECRET_KEY` and `BACKUP_KEY` nothing tells it: those the operator writes down.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, or_, select

from app.accounts.models import ClientKey
from app.audit.catalogue import What
from app.audit.models import AuditCheckpoint, AuditEntry
from app.delivery.models import DestinationKey
from app.foundation.db import db
from app.vault import keyring
from app.vault.key_policy import longest_of
from app.vault.models import DataKey


def check_key_ages(now: datetime) -> str:
    """One line: which keys are to be changed, or that none is as far as their age is known."""
    late = list(_late(now))
    if not late:
        return "Age of keys: none is past its time, as far as it is known."
    return f"Age of keys: past their time, change them (README, keys): {'; '.join(late)}."


def _late(now: datetime) -> Iterator[str]:
    for name, since in (("KEY_ENCRYPTION_KEY", _wraps_since()), ("WITNESS_KEY", _witness_since())):
        if since is not None and now - since > longest_of(name):
            yield f"{name}, in use since {since.date()}"
    clients = select(func.count()).where(
        ClientKey.revoked_at.is_(None),
        or_(ClientKey.expires_at.is_(None), ClientKey.expires_at > now),
        ClientKey.created_at < now - longest_of("keys of dispatch's systems"),
    )
    if count := db.session.scalar(clients):
        yield f"{count} of dispatch's systems (flask accounts list-clients)"
    ours = select(func.count()).where(
        or_(DestinationKey.expires_at.is_(None), DestinationKey.expires_at > now),
        DestinationKey.created_at < now - longest_of("keys of our messages out"),
    )
    if count := db.session.scalar(ours):
        yield f"{count} of our messages out (flask delivery rotate-secret)"


def _wraps_since() -> datetime | None:
    """Since when the key-encryption key of now wraps: its rotation, or else the first data key of all."""
    rotated = select(func.min(AuditEntry.at)).where(
        AuditEntry.subject_id == keyring.current_id(), AuditEntry.what == What.KEY_ROTATED
    )
    first = select(DataKey.created_at).order_by(DataKey.id).limit(1)
    return db.session.scalar(rotated) or db.session.scalar(first)


def _witness_since() -> datetime | None:
    """Since when the trail is signed by the key of now."""
    changed = select(func.max(AuditEntry.at)).where(AuditEntry.what == What.WITNESS_KEY_CHANGED)
    first = select(AuditCheckpoint.at).order_by(AuditCheckpoint.number).limit(1)
    return db.session.scalar(changed) or db.session.scalar(first)

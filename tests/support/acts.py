"""What is done at a door, as the trail would keep it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import delete, select

from app.audit import guarding
from app.audit.models import AuditEntry
from app.foundation.db import db
from app.foundation.owner import owner_engine


@contextmanager
def noting_what_is_done() -> Iterator[set[str]]:
    """Nothing is kept; what each request would have put on the trail is noted by its code."""
    db.session.commit()
    done: set[str] = set()

    def note_and_undo() -> None:
        db.session.flush()
        done.update(db.session.scalars(select(AuditEntry.what).where(AuditEntry.position.is_(None))))
        db.session.rollback()

    with owner_engine().begin() as connection:
        guarding.unprotect(connection)
        connection.execute(delete(AuditEntry))
        guarding.protect(connection)
    db.session.commit = note_and_undo  # type: ignore[method-assign]
    try:
        yield done
    finally:
        del db.session.commit

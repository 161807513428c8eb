"""Work that a person asked for and nobody waits for: each piece is done with their rights of that moment.

Before each piece they are asked for again: the account in use, its role with the permission. If not, the
work stops for good. While it is done PostgreSQL shows it the rows of that person. What only the
machine may open on the way (`vault.access.Use`) says so itself, one field at a time.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from app.accounts.models import Account
from app.accounts.permissions import Permission, may
from app.accounts.readers import reader_of
from app.foundation.behalf import Behalf, marked
from app.foundation.db import db
from app.foundation.reader import as_reader

Piece = Callable[[str, datetime], None]
"""A piece of work on something, at a moment: what a clock rings for."""


def still_may(account_id: str | None, permission: Permission) -> Account | None:
    """The person, if they are there and may do this now; None of a person whom nobody knows."""
    account = db.session.get(Account, account_id, populate_existing=True) if account_id else None
    return account if account and account.is_active and may(account.role, permission) else None


def on_behalf_of(
    permission: Permission, *, who_asked: Callable[[str], str | None], stop: Piece, why: str
) -> Callable[[Piece], Piece]:
    """This is done for a person: who asked for it, and what stops it when they no longer may."""

    def mark(piece: Piece) -> Piece:
        @wraps(piece)
        def with_their_rights(subject_id: str, now: datetime) -> None:
            person = still_may(who_asked(subject_id), permission)
            if person is None:
                stop(subject_id, now)
                return
            with as_reader(reader_of(person)):
                piece(subject_id, now)

        return marked(with_their_rights, Behalf(why, permission.value))

    return mark

"""Reading sign-ins: the one a secret belongs to, and a person's devices."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.session_rules import IDLE, LONGEST, End, end_of
from app.accounts.sign_in_models import SignInSession
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.vault.keyring import fingerprint

PRINT_OF = "sign_in_session"


def find_session(secret: str) -> SignInSession | None:
    """The sign-in with this secret, with its account (one query); also one that has ended."""
    found = select(SignInSession).where(SignInSession.secret_print == fingerprint(PRINT_OF, secret))
    return db.session.scalars(found.options(joinedload(SignInSession.account))).one_or_none()


def list_open_sessions(account_id: str, now: datetime) -> Sequence[SignInSession]:
    """Where a person is signed in now, the newest first (one query)."""
    standing = select(SignInSession).where(
        SignInSession.account_id == account_id,
        SignInSession.made_at > now - LONGEST,
        SignInSession.last_seen_at > now - IDLE,
        SignInSession.ended_at.is_(None),
    )
    rows = db.session.scalars(standing.order_by(SignInSession.made_at.desc(), SignInSession.id.desc())).all()
    return [row for row in rows if standing_of(row, now) is None]


def get_open_session(session_id: str, account_id: str) -> SignInSession:
    """A sign-in of this person that has not ended; else `NotFound`."""
    row = db.session.get(SignInSession, session_id)
    if row is None or row.account_id != account_id or row.ended_at is not None:
        raise NotFound
    return row


def standing_of(row: SignInSession, now: datetime) -> End | None:
    """Why a sign-in does not hold any longer; None while it does."""
    return row.end_reason or end_of(
        made_at=row.made_at, last_seen_at=row.last_seen_at, is_limited=row.is_limited, now=now
    )

"""Reading what happened to a person's own sign-in."""

from sqlalchemy import func, or_, select

from app.accounts.notice_models import SignInNotice
from app.accounts.sign_in_models import SignInSession
from app.foundation.db import db
from app.foundation.paging import Page, page_of


def list_notices(account_id: str, number: int) -> Page[SignInNotice]:
    """A page of what happened in the last 90 days, the newest first, read or not (one query)."""
    own = select(SignInNotice).where(SignInNotice.account_id == account_id)
    return page_of(own.order_by(SignInNotice.at.desc(), SignInNotice.id.desc()), number)


def count_unread(row: SignInSession) -> int:
    """How much the person has not read yet, but for what this very sign-in did (one query)."""
    unread = select(func.count()).where(
        SignInNotice.account_id == row.account_id,
        SignInNotice.read_at.is_(None),
        or_(SignInNotice.session_id.is_(None), SignInNotice.session_id != row.id),
    )
    return db.session.scalar(unread) or 0

"""Reading what happened to a person's own sign-in."""

from sqlalchemy import func, or_, select

from app.accounts.notice_models import ReadMark, SignInNotice
from app.accounts.sign_in_models import SignInSession
from app.foundation.db import db
from app.foundation.paging import Page, page_of


def list_notices(account_id: str, number: int) -> Page[SignInNotice]:
    """A page of what happened in the last 90 days, the newest first, read or not (one query)."""
    own = select(SignInNotice).where(SignInNotice.account_id == account_id)
    return page_of(own.order_by(SignInNotice.at.desc(), SignInNotice.id.desc()), number)


def count_unread(row: SignInSession, read: ReadMark) -> int:
    """How much was not read on this device, but for what this very sign-in did (one query)."""
    unread = select(func.count()).where(
        SignInNotice.account_id == row.account_id,
        or_(SignInNotice.id > read.up_to, SignInNotice.id.in_(read.but)),
        or_(SignInNotice.session_id.is_(None), SignInNotice.session_id != row.id),
    )
    return db.session.scalar(unread) or 0

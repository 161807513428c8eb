"""Telling a person what happened to their own sign-in. No e-mail leaves the product: they read it here."""

from datetime import timedelta

from sqlalchemy import func, or_, select, update

from app.accounts.models import Account
from app.accounts.notice_models import NoticeKind, ReadMark, SignInNotice
from app.accounts.session_rules import Way
from app.accounts.sign_in import TRY, tries_at
from app.accounts.sign_in_models import SignInSession
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id

LOOKED_BACK = timedelta(days=30)
"""So far back tries are counted for who has not signed in since."""
MOST_DEEDS = 6
"""So many notices a device remembers as its own sign-in's deeds; there is little room in a cookie."""
TRIES_TOLD = 3
"""One's own slip or two is no news."""


def tell(
    account_id: str,
    kind: NoticeKind,
    *,
    device: str = "",
    count: int | None = None,
    session_id: str | None = None,
) -> None:
    """Have a person read at their next page that this happened. `session_id`: the sign-in that did it."""
    notice = SignInNotice(
        id=new_id(),
        account_id=account_id,
        at=clock.now(),
        kind=kind,
        device=device,
        count=count,
        session_id=session_id,
    )
    db.session.add(notice)
    db.session.flush()


def tell_of_entry(row: SignInSession, *, is_new_device: bool, continues: SignInSession | None) -> None:
    """Tell what this sign-in is, and who tried since the last one. `continues`: the one it goes on from."""
    if continues and continues.account_id == row.account_id:  # what it did, this one did
        did = update(SignInNotice).where(
            SignInNotice.account_id == row.account_id, SignInNotice.session_id == continues.id
        )
        db.session.execute(did.values(session_id=row.id))
    before = select(func.max(SignInSession.made_at)).where(
        SignInSession.account_id == row.account_id, SignInSession.id != row.id
    )
    last = db.session.scalar(before)
    since = max(last, row.made_at - LOOKED_BACK) if last else row.made_at - LOOKED_BACK
    refused, halves = (_count_tries(row.account, what, since) for what in _TRIES)
    if refused >= TRIES_TOLD:
        tell(row.account_id, NoticeKind.TRIES, count=refused)
    own_half = row.way is Way.TOTP or (row.way is Way.RECOVERY and halves > 0)
    if halves > own_half:
        tell(row.account_id, NoticeKind.HALF, count=halves - own_half)
    if row.way is Way.RECOVERY:
        tell(row.account_id, NoticeKind.CODE_USED, device=row.device, session_id=row.id)
    is_first = last is None and row.account.created_at > row.made_at - LOOKED_BACK
    if is_new_device and not is_first:  # older sign-ins than that are forgotten, and prove nothing
        tell(row.account_id, NoticeKind.NEW_DEVICE, device=row.device, session_id=row.id)


def mark_read(row: SignInSession, read: ReadMark, *, up_to: str) -> ReadMark:
    """The person has read what stood there, up to this notice; but not what this very sign-in did.

    Returns how far they have read on this device. Where the sign-in has done more than a cookie holds,
    nothing is read: the next one sees all of it.
    """
    here = SignInNotice.account_id == row.account_id, SignInNotice.id <= up_to
    did = select(SignInNotice.id).where(*here, SignInNotice.session_id == row.id).order_by(SignInNotice.id)
    deeds = [one for one in db.session.scalars(did) if read.is_new(one)]
    unread = (*deeds, *(one for one in read.but if one > up_to))
    if len(unread) > MOST_DEEDS:
        return read
    is_others = or_(SignInNotice.session_id.is_(None), SignInNotice.session_id != row.id)
    first_read = update(SignInNotice).where(*here, is_others, SignInNotice.read_at.is_(None))
    db.session.execute(first_read.values(read_at=clock.now()))
    newest = db.session.scalar(select(func.max(SignInNotice.id)).where(*here)) or ""
    return ReadMark(max(newest, read.up_to), unread)


_TRIES = (What.ACCOUNT_SIGN_IN_REFUSED, What.ACCOUNT_PASSWORD_FIT)


def _count_tries(account: Account, what: What, since: object) -> int:
    tries = select(func.count()).where(
        AuditEntry.subject_id == tries_at(account.email),
        AuditEntry.subject_type == TRY,
        AuditEntry.at > since,
        AuditEntry.what == what,
    )
    return db.session.scalar(tries) or 0

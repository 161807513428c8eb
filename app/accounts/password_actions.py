"""Setting a password: one that is hard to guess, and that only its owner changes."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import Account
from app.accounts.notice_models import NoticeKind
from app.accounts.password_rules import is_easy, words_for
from app.accounts.session_actions import end_session
from app.accounts.session_rules import End, Way
from app.accounts.sign_in import actor_of, check_own_password, hash_password, tries_within
from app.accounts.sign_in_models import SignInSession
from app.accounts.way_changes import lock_ways, note_change
from app.audit.catalogue import What
from app.foundation.db import let_go
from app.foundation.errors import DomainError
from app.foundation.office import agency_id


class EasyPassword(DomainError):
    """Somebody would guess it: it leaked, or it is made of what others know."""

    def __init__(self) -> None:
        super().__init__(
            _l(
                "This password is too easy to guess. Many people use it, or its beginning is made of names,"
                " dates, rows of keys or words of our work. Take four or more words that have nothing to do"
                " with you or each other, or let your browser make one."
            )
        )


class WrongPassword(DomainError):
    """What was said is not the password of now."""

    def __init__(self) -> None:
        super().__init__(_l("This is not your current password."))


def hash_new(account: Account, password: str) -> str:
    """What is kept of a new password; else `EasyPassword`.

    Slow on purpose: the transaction is let go of first, so nothing may have been written in it.
    """
    known = words_for(account.name, account.email, agency_id())
    let_go()
    if is_easy(password, known):
        raise EasyPassword
    return hash_password(password)


def change_password(account: Account, current: str, new: str, *, session_id: str, now: datetime) -> None:
    """Change a password by the one of now; a wrong one counts as a try. Other sign-ins end."""
    if not check_own_password(account, current, tries=tries_within(session_id), now=now):
        raise WrongPassword
    _set(account, new, session_id)


def renew_password(row: SignInSession, new: str) -> None:
    """A new password for who has forgotten theirs, and has shown a recovery code and another proof.

    They sign in with it: so this takes the place of one proof, and of no other.
    """
    _set(row.account, new, row.id)
    end_session(row, End.WAYS_CHANGED, actor=actor_of(row.account))


def _set(account: Account, new: str, session_id: str) -> None:
    hashed = hash_new(account, new)
    lock_ways(account, session_id)
    account.password_hash = hashed
    told = NoticeKind.PASSWORD_CHANGED
    note_change(What.ACCOUNT_PASSWORD_CHANGED, account, Way.PASSWORD, told, session_id)

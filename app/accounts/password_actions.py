"""Setting a password: one that is hard to guess, and that only its owner changes."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import Account
from app.accounts.notice_models import NoticeKind
from app.accounts.password_rules import is_easy, words_for
from app.accounts.session_actions import end_session
from app.accounts.session_rules import End, Way
from app.accounts.sign_in import actor_of, check_own_password, hash_password
from app.accounts.sign_in_models import SignInSession
from app.accounts.way_changes import note_change
from app.audit.catalogue import What
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


def set_password(account: Account, password: str) -> None:
    """Give a person a password; else `EasyPassword`. Whoever calls this tells of it."""
    if is_easy(password, words_for(account.name, account.email, agency_id())):
        raise EasyPassword
    account.password_hash = hash_password(password)


def change_password(account: Account, current: str, new: str, *, session_id: str, now: datetime) -> None:
    """Change a password by the one of now; a wrong one counts as a try. Other sign-ins end."""
    if not check_own_password(account, current, now=now):
        raise WrongPassword
    set_password(account, new)
    _note(account, session_id)


def renew_password(row: SignInSession, new: str) -> None:
    """A new password for who has forgotten theirs, and has shown a recovery code and another proof.

    They sign in with it: so this takes the place of one proof, and of no other.
    """
    set_password(row.account, new)
    _note(row.account, row.id)
    end_session(row, End.WAYS_CHANGED, actor=actor_of(row.account))


def _note(account: Account, session_id: str) -> None:
    told = NoticeKind.PASSWORD_CHANGED
    note_change(What.ACCOUNT_PASSWORD_CHANGED, account, Way.PASSWORD, told, session_id)

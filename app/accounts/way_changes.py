"""What every change of a person's ways leads to: the trail has it, they are told, other sign-ins end."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from app.accounts.endings import end_everywhere
from app.accounts.models import Account
from app.accounts.notice_actions import tell
from app.accounts.notice_models import NoticeKind
from app.accounts.session_rules import End, Way
from app.accounts.sign_in import actor_of
from app.accounts.sign_in_models import SignInSession
from app.audit.catalogue import What
from app.audit.trail import record
from app.foundation.db import db
from app.foundation.errors import DomainError


def note_change(what: What, account: Account, way: Way, told: NoticeKind, session_id: str) -> None:
    """Keep, tell and end. `session_id`: the sign-in that did it, which stays."""
    db.session.flush()
    actor = actor_of(account)
    record(what, actor=actor, subject_type="account", subject_id=account.id, way=way.value)
    tell(account.id, told, device=device_of(session_id), session_id=session_id)
    end_everywhere(account.id, End.WAYS_CHANGED, actor=actor, but=session_id)


class SignInEnded(DomainError):
    """Meanwhile another device, or an admin, has ended the sign-in that would change something."""

    def __init__(self) -> None:
        super().__init__(_l("This sign-in has ended. Sign in again."))


def lock_ways(account: Account, session_id: str) -> None:
    """Of two who change a person's ways at once the second waits, and sees what the first has left.

    So a way that was taken away stays away, and a sign-in that was ended meanwhile adds none.
    """
    lock_account(account)
    stands = exists().where(
        SignInSession.id == session_id,
        SignInSession.account_id == account.id,
        SignInSession.ended_at.is_(None),
    )
    if not db.session.scalar(select(stands)):
        raise SignInEnded


def lock_account(account: Account) -> None:
    """The same for an admin, whose own sign-in is another's."""
    own = select(Account).where(Account.id == account.id).with_for_update(key_share=True)
    db.session.scalars(own.execution_options(populate_existing=True)).one()


def device_of(session_id: str) -> str:
    """The device of a sign-in in words; empty where it is not known."""
    row = db.session.get(SignInSession, session_id)
    return row.device if row else ""

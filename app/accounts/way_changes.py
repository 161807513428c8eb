"""What every change of a person's ways leads to: the trail has it, they are told, other sign-ins end."""

from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.notice_actions import tell
from app.accounts.notice_models import NoticeKind
from app.accounts.recovery_actions import end_requests
from app.accounts.session_actions import end_sessions
from app.accounts.session_rules import End, Way
from app.accounts.sign_in import actor_of
from app.accounts.sign_in_models import SignInSession
from app.audit.catalogue import What
from app.audit.trail import record
from app.foundation.db import db


def note_change(what: What, account: Account, way: Way, told: NoticeKind, session_id: str) -> None:
    """Keep, tell and end. `session_id`: the sign-in that did it, which stays."""
    db.session.flush()
    actor = actor_of(account)
    record(what, actor=actor, subject_type="account", subject_id=account.id, way=way.value)
    tell(account.id, told, device=device_of(session_id), session_id=session_id)
    end_requests(account.id)
    end_sessions(account.id, End.WAYS_CHANGED, actor=actor, but=session_id)


def lock_ways(account: Account) -> None:
    """Of two ways that are taken away at once, the second is asked for when the first is gone."""
    db.session.execute(select(Account.id).where(Account.id == account.id).with_for_update(key_share=True))


def device_of(session_id: str) -> str:
    """The device of a sign-in in words; empty where it is not known."""
    row = db.session.get(SignInSession, session_id)
    return row.device if row else ""

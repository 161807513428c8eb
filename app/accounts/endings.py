"""Ending what stands open for a person: their sign-ins, and what waits for an admin's yes.

One goes with the other. Whoever has stolen a recovery code could else wait out the owner, who signs every
device out, and go on afterwards.
"""

from sqlalchemy import update

from app.accounts.recovery_models import RecoveryRequest, RecoveryState
from app.accounts.session_actions import end_sessions
from app.accounts.session_rules import End
from app.audit.trail import Actor
from app.foundation import clock
from app.foundation.db import db


def end_everywhere(account_id: str, reason: End, *, actor: Actor, but: str | None = None) -> None:
    """End every sign-in of a person `but` one (its id), and what waits for an admin."""
    end_sessions(account_id, reason, actor=actor, but=but)
    end_requests(account_id)


def end_requests(account_id: str) -> None:
    """What waits for this person leads nowhere any more: they began anew, or their ways changed."""
    open_ones = update(RecoveryRequest).where(
        RecoveryRequest.account_id == account_id,
        RecoveryRequest.state.in_((RecoveryState.WAITING, RecoveryState.CONFIRMED)),
    )
    db.session.execute(open_ones.values(state=RecoveryState.REFUSED, decided_at=clock.now()))

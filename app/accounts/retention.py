"""What the vault must know of sign-in: tries, sign-ins, what leads to one, and what people are told."""

from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.attempts import FailedAttempt
from app.accounts.grant_models import Invitation
from app.accounts.notice_models import SignInNotice
from app.accounts.recovery_models import RecoveryRequest
from app.accounts.sign_in_models import SignInSession
from app.vault.records import PlainRecords
from app.vault.retention import Kind


def _rows_of(
    kind: Kind, row_id: InstrumentedAttribute[str], since: InstrumentedAttribute[Any]
) -> PlainRecords:
    """Rows that go whole, each counted from its own moment."""
    return PlainRecords(kind, id=row_id, since=since, is_there=since.is_not(None))


RECORDS = (
    _rows_of(Kind.FAILED_ATTEMPT, FailedAttempt.id, FailedAttempt.at),
    _rows_of(Kind.SIGN_IN_NOTICE, SignInNotice.id, SignInNotice.at),
    _rows_of(Kind.SIGN_IN, SignInSession.id, SignInSession.made_at),
    _rows_of(Kind.RECOVERY_REQUEST, RecoveryRequest.id, RecoveryRequest.asked_at),
    _rows_of(Kind.INVITATION, Invitation.id, Invitation.made_at),
)

"""What the vault must know of sign-in: tries, sign-ins, what leads to one, and what people are told."""

from app.accounts.attempts import FailedAttempt
from app.accounts.grant_models import Invitation
from app.accounts.notice_models import SignInNotice
from app.accounts.recovery_models import RecoveryRequest
from app.accounts.sign_in_models import SignInSession
from app.vault.records import PlainRecords
from app.vault.retention import Kind

ATTEMPTS = PlainRecords(
    Kind.FAILED_ATTEMPT,
    id=FailedAttempt.id,
    since=FailedAttempt.at,
    is_there=FailedAttempt.at.is_not(None),
)
NOTICES = PlainRecords(
    Kind.SIGN_IN_NOTICE,
    id=SignInNotice.id,
    since=SignInNotice.at,
    is_there=SignInNotice.at.is_not(None),
)
SIGN_INS = PlainRecords(
    Kind.SIGN_IN,
    id=SignInSession.id,
    since=SignInSession.made_at,
    is_there=SignInSession.made_at.is_not(None),
)
RECOVERIES = PlainRecords(
    Kind.RECOVERY_REQUEST,
    id=RecoveryRequest.id,
    since=RecoveryRequest.asked_at,
    is_there=RecoveryRequest.asked_at.is_not(None),
)
INVITATIONS = PlainRecords(
    Kind.INVITATION,
    id=Invitation.id,
    since=Invitation.made_at,
    is_there=Invitation.made_at.is_not(None),
)
RECORDS = (ATTEMPTS, NOTICES, SIGN_INS, RECOVERIES, INVITATIONS)

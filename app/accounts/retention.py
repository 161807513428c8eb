"""What the vault must know of sign-in: failed tries go after a day, what people were told after 90."""

from app.accounts.attempts import FailedAttempt
from app.accounts.notice_models import SignInNotice
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
RECORDS = (ATTEMPTS, NOTICES)

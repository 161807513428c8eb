"""What the vault must know of sign-in: failed tries go after a day, also when nobody tries again."""

from app.accounts.attempts import FailedAttempt
from app.vault.records import PlainRecords
from app.vault.retention import Kind

ATTEMPTS = PlainRecords(
    Kind.FAILED_ATTEMPT,
    id=FailedAttempt.id,
    since=FailedAttempt.at,
    is_there=FailedAttempt.at.is_not(None),
)
RECORDS = (ATTEMPTS,)

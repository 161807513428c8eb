"""Telling a flood from a busy library: what comes beyond the limit waits apart, and is read too."""

from datetime import datetime

from app.accounts.attempts import TooManyAttempts, note_failure, require_few_failures
from app.inputs.rules import FLOOD_LIMIT


def is_flood(address: str, now: datetime) -> bool:
    """Whether this address has sent more than the limit within a quarter of an hour. Counts this one."""
    try:
        require_few_failures(now, input_address=(address, FLOOD_LIMIT))
    except TooManyAttempts:
        return True
    finally:
        note_failure(now, input_address=address)
    return False

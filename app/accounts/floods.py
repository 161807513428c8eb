"""Telling a flood from a busy library: what comes beyond the limit waits apart, and is read too.

A shelter, a library or a school has one address for everybody in it. So nothing that a resident
sends is ever refused for its address: it is kept, gets its receipt, and stands behind the others.
"""

from datetime import datetime

from app.accounts.attempts import TooManyAttempts, note_failure, require_few_failures


def is_flood(kind: str, address: str, limit: int, now: datetime) -> bool:
    """Whether this address has sent more than `limit` of a kind within a quarter of an hour.

    Counts this one.
    """
    try:
        require_few_failures(now, **{kind: (address, limit)})
    except TooManyAttempts:
        return True
    finally:
        note_failure(now, **{kind: address})
    return False

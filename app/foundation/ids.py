"""Names for rows: sortable by time, impossible to guess, the same on every database."""

import secrets
import time
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ID_LENGTH = 26


def new_id() -> str:
    """A new row id: 48 bits of time in milliseconds, then 80 random bits, in 26 characters.

    Rows made later sort later, so indexes stay tidy; the random part means that
    an id in an address tells nothing about how many others there are.
    """
    return _written((time.time_ns() // 1_000_000) << 80 | int.from_bytes(secrets.token_bytes(10)))


def first_id_at(moment: datetime) -> str:
    """The smallest id that a row made at this moment can have: "since then", by primary key."""
    return _written(int(moment.timestamp() * 1000) << 80)


def _written(number: int) -> str:
    letters = []
    for _ in range(ID_LENGTH):
        letters.append(_ALPHABET[number & 31])
        number >>= 5
    return "".join(reversed(letters))

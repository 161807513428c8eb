"""Names for rows: sortable by time, impossible to guess, the same on every database."""

import os
import threading
import time
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
ID_LENGTH = 26

_RANDOM_BYTES = 10
_AT_ONCE = 64  # each time the system is asked for random bytes, another thread may take over

_in_turn = threading.Lock()
_last = 0
_random = memoryview(b"")


def _forget_random() -> None:
    """A child process must not say what its parent may say too."""
    global _random
    _random = memoryview(b"")


os.register_at_fork(after_in_child=_forget_random)


def _next_random() -> int:
    """80 random bits."""
    global _random
    if not _random:
        _random = memoryview(os.urandom(_RANDOM_BYTES * _AT_ONCE))
    taken, _random = _random[:_RANDOM_BYTES], _random[_RANDOM_BYTES:]
    return int.from_bytes(taken, "big")


def new_id() -> str:
    """A new row id: 48 bits of time in milliseconds, then random bits, in 26 characters.

    Rows made later sort later, so indexes stay tidy; the random part means that an id in
    an address tells nothing about how many others there are. Within a process this holds
    in one millisecond too: what was said last sorts last.
    """
    global _last
    moment = time.time_ns() // 1_000_000
    with _in_turn:
        if moment == _last >> 80:
            _last += 1 + (_next_random() >> 16)
        else:
            _last = moment << 80 | _next_random() >> 1  # the lower half leaves room to go on
        return _written(_last)


def first_id_at(moment: datetime) -> str:
    """The smallest id that a row made at this moment can have: "since then", by primary key."""
    return _written(int(moment.timestamp() * 1000) << 80)


def _written(number: int) -> str:
    pairs = []
    for _ in range(ID_LENGTH // 2):
        pairs.append(_PAIRS[number & 1023])
        number >>= 10
    return "".join(reversed(pairs))

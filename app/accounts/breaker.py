"""How much comes by one key at once, and when it is more than a centre's people would send.

A bucket of tokens for each key: it holds a burst, and fills at a steady pace. What finds it
empty is not lost. A new call is never refused: the door lets a person look at it first. A
question how things stand may be asked again a second later. Each process counts for itself,
so that counting costs nothing and stops with nothing; with more processes more gets through.
"""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

PER_SECOND = 20
BURST = 200
RETRY_AFTER_SECONDS = 1


@dataclass(frozen=True)
class Bucket:
    """How many tokens a key had left, and when that was."""

    tokens: float
    at: datetime


def take(bucket: Bucket | None, now: datetime) -> tuple[Bucket, bool]:
    """Take one token; says how the bucket stands then, and whether there was one. Pure.

    A clock that was set back fills nothing and stops nothing.
    """
    tokens: float = BURST
    if bucket is not None:
        seconds = max((now - bucket.at).total_seconds(), 0)
        tokens = min(bucket.tokens + seconds * PER_SECOND, BURST)
    is_there = tokens >= 1
    return Bucket(tokens - 1 if is_there else tokens, now), is_there


class Breaker:
    """The buckets of one kind of message, by key. Only keys that we know come in here."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}
        self._lock = Lock()

    def is_too_much(self, key_id: str, now: datetime) -> bool:
        """Count one more by this key; whether that is too much at once."""
        with self._lock:
            self._buckets[key_id], is_there = take(self._buckets.get(key_id), now)
        return not is_there


new_calls = Breaker()
looks = Breaker()

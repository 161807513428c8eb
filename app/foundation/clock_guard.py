"""Whether the clock on the wall has been put forward or back under our feet.

Deadlines are moments of the wall clock, kept as rows. A clock put forward rings them early, which is
the safe side; one put back would ring them late, so whoever rings them must notice. The clock that
only counts does not follow the wall's jumps, and the two are compared.
"""

import time
from datetime import datetime, timedelta

from app.foundation import clock

JUMP = timedelta(seconds=2)


class ClockGuard:
    """Compares the wall clock with the one that only counts, from one look to the next."""

    def __init__(self) -> None:
        self._wall, self._counted = clock.now(), time.monotonic()

    def jump(self, latest_known: datetime | None = None) -> timedelta:
        """How far the wall clock has jumped since the last look; zero where it is within two seconds.

        `latest_known` is the newest moment that somebody has written down: one that lies ahead
        of us says that the clock was put back before we began to look.
        """
        wall, counted = clock.now(), time.monotonic()
        jumped = (wall - self._wall) - timedelta(seconds=counted - self._counted)
        self._wall, self._counted = wall, counted
        if latest_known is not None and latest_known - wall > JUMP:
            jumped = min(jumped, wall - latest_known)
        return jumped if abs(jumped) > JUMP else timedelta()

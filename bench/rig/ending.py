"""How a run ends when it is told to: everything that it started is ended first."""

import signal
import sys
from types import FrameType


def end_cleanly() -> None:
    """SIGTERM becomes an ordinary exit, which passes every `finally` on its way."""

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, leave)

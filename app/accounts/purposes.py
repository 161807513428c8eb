"""What a machine's key is for, and what it may ask because of it. Pure; what is not named here is refused."""

from collections.abc import Mapping
from enum import StrEnum


class Purpose(StrEnum):
    """What a key was made for."""

    DISPATCH = "dispatch"
    MONITORING = "monitoring"


class Asked(StrEnum):
    """What a signed message asks of us."""

    LOOK = "look"
    """How things stand. Nothing changes by it."""
    TELL = "tell"
    """Anything that we keep or act on."""


_MAY: Mapping[Purpose, frozenset[Asked]] = {
    Purpose.DISPATCH: frozenset(Asked),
    Purpose.MONITORING: frozenset({Asked.LOOK}),
}


def allows(purpose: Purpose, asked: Asked) -> bool:
    """Whether a key made for this may ask for that."""
    return asked in _MAY.get(purpose, frozenset())

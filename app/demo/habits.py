"""How an invented dispatch centre works: how often it errs, and how long it takes."""

from dataclasses import dataclass

from app.demo.ledger import DEAD_MAN_SECONDS, GRACE_SECONDS


@dataclass(frozen=True)
class Habits:
    """Shares of one, and seconds from and to. As it stands: a calm centre, as the demo has it."""

    late_confirm_share: float = 0.04
    no_confirm_share: float = 0.04
    callback_confirm_share: float = 0.0
    """It confirms in its answer to the callback, and takes a call back there."""
    update_share: float = 0.25
    raise_share: float = 0.25
    cancel_share: float = 0.06
    twice_share: float = 0.04
    second_caller_share: float = 0.0
    """Somebody else calls about the same incident: the same version or a newer one, in either form."""
    eager_share: float = 0.0
    """It says more before the first message is answered, by the incident's number."""
    confirm_seconds: tuple[float, float] = (1.0, 5.0)
    late_seconds: float = 20.0
    take_back_seconds: tuple[float, float] = (2.0, 8.0)
    later_seconds: tuple[float, float] = (6.0, 45.0)
    look_seconds: float = 10.0
    again_seconds: float = 5.0
    health_seconds: float = 10.0
    grey_seconds: float = 30.0
    reconcile_seconds: float = 60.0
    page_size: int = 100
    list_seconds: float = 20.0
    """So long after the last change the list of changes may still lack it."""
    dead_man_seconds: tuple[float, float] = DEAD_MAN_SECONDS
    grace_seconds: float = GRACE_SECONDS
    knows_every_call: bool = False
    """Nobody else speaks with its key: a callback about a call it never offered is a mistake."""


CALM = Habits()
BUSY = Habits(
    callback_confirm_share=0.2,
    update_share=0.45,
    cancel_share=0.12,
    twice_share=0.08,
    second_caller_share=0.2,
    eager_share=0.12,
    knows_every_call=True,
)
"""A centre on a bad day, for when the line is to be tried as well."""

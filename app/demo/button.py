"""The centre's button "offer to the office": grey while the office does not say that it is well. Pure."""

from dataclasses import dataclass

NOT_THERE = frozenset({404, 405})


@dataclass
class Button:
    """Turns grey when the office has not said 200 for so long. One that has no such page is believed."""

    grey_seconds: float
    good_at: float
    is_grey: bool = False
    is_asked: bool = True

    def heard(self, status: int | None, now: float) -> str:
        """What the ping came to (None: no answer). Gives what is to be said about it, once."""
        if status in NOT_THERE:
            self.is_asked, self.is_grey = False, False
            return "the office does not say how it is"
        if status == 200:
            was_grey, self.is_grey, self.good_at = self.is_grey, False, now
            return "the office is well again" if was_grey else ""
        if not self.is_grey and now - self.good_at >= self.grey_seconds:
            self.is_grey = True
            return "the office is not well: nothing is offered"
        return ""

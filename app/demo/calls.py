"""Invented calls, put together from a story, a place in the demo city and a roll of the dice."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from app.demo.stories import CALM, DANGEROUS, LATER_WORDS, RAISED_WORDS, STREETS, UNCLEAR, Story
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.sender import JSON

# How many of a hundred calls are calm, unclear, dangerous.
SHARES = (68, 20, 12)
EIDO_SHARE = 0.35
OTHER_FORM_SHARE = 0.5
NO_PLACE_SHARE = 0.03
FAR_AWAY_SHARE = 0.02
FAR_AWAY = (33.77, -118.19)  # Long Beach has its own office
_ASKED_AND_NO = dict.fromkeys(("weapons", "injuries", "threats", "children_at_risk"), "no")


@dataclass(frozen=True)
class Spot:
    """A point of the demo city where a call may come from."""

    lat: float
    lon: float


@dataclass(frozen=True)
class InventedCall:
    """A call as the invented centre has it: its number, its story, where, and whom to call back."""

    number: str
    story: Story
    spot: Spot | None
    corner: str
    callback: str
    is_eido: bool
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        return EIDO if self.is_eido else JSON

    @property
    def is_live(self) -> bool:
        return self.story.is_held


def new_dice(seed: int | str | None) -> Random:
    """Dice that fall the same way for the same seed: chance for stories, never for secrets."""
    return Random(seed)  # noqa: S311 - nothing here is a secret


def invent_call(dice: Random, spots: Sequence[Spot], number: str) -> InventedCall:
    """One more call. The same dice make the same call."""
    (stories,) = dice.choices((CALM, UNCLEAR, DANGEROUS), SHARES)
    story = dice.choice(stories)
    spot: Spot | None = dice.choice(spots)
    where = dice.random()
    if where < NO_PLACE_SHARE:
        spot = None
    elif where < NO_PLACE_SHARE + FAR_AWAY_SHARE:
        spot = Spot(*FAR_AWAY)
    return InventedCall(
        number=number,
        story=story,
        spot=spot,
        corner=" & ".join(dice.sample(STREETS, 2)) if spot else "",
        callback=f"213-555-01{dice.randrange(100):02}",
        is_eido=bool(story.eido_type and spot) and dice.random() < EIDO_SHARE,
        answers=_ASKED_AND_NO | dict(story.answers),
    )


def another_caller(dice: Random, call: InventedCall) -> InventedCall:
    """Somebody else about the same incident: other words, another callback, perhaps another form."""
    is_eido = call.spot is not None and dice.random() < OTHER_FORM_SHARE
    stories = [story for story in (*CALM, *UNCLEAR) if story.eido_type or not is_eido]
    story = dice.choice(stories)
    answers = _ASKED_AND_NO | dict(story.answers)
    callback = f"213-555-01{dice.randrange(100):02}"
    return replace(call, story=story, callback=callback, is_eido=is_eido, answers=answers)


def invent_update(dice: Random, call: InventedCall, *, raises: bool) -> str:
    """What the caller says later; `raises`: something that makes the call no longer ours."""
    words = RAISED_WORDS if raises else LATER_WORDS
    return dice.choice(words.get(call.story.language, words["en"]))

"""Which step follows which, and whether a person may be sent. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.assignments.models import Step

_NEXT: dict[Step, tuple[Step, ...]] = {
    Step.ASSIGNED: (Step.ACKNOWLEDGED, Step.DECLINED),
    Step.ACKNOWLEDGED: (Step.EN_ROUTE, Step.DECLINED),
    Step.EN_ROUTE: (Step.ON_SCENE,),
    Step.ON_SCENE: (Step.CONTACT_MADE, Step.NOT_FOUND, Step.REFUSED),
    Step.CONTACT_MADE: (Step.CLEAR,),
    Step.NOT_FOUND: (Step.CLEAR,),
    Step.REFUSED: (Step.CLEAR,),
}
ENDING_STEPS = frozenset({Step.DECLINED})
"""Steps after which an assignment is over by itself. Clear of the scene, the case goes on."""

TRACK = (Step.ACKNOWLEDGED, Step.EN_ROUTE, Step.ON_SCENE, Step.CONTACT_MADE, Step.CLEAR)
"""The steps as a responder sees them, in their order."""

SHORT_REST = timedelta(hours=10)


def next_steps(step: Step) -> tuple[Step, ...]:
    """The steps that may follow; the first is the usual one."""
    return _NEXT.get(step, ())


@dataclass(frozen=True)
class Candidate:
    """What ranking knows of a person on the team."""

    account_id: str
    name: str
    languages: frozenset[str]
    current_count: int
    last_clear_at: datetime | None
    is_on_shift: bool
    has_tie: bool
    knows_area: bool = False


@dataclass(frozen=True)
class Ranked:
    """A person with the reasons, as codes, that put them where they stand in the list."""

    account_id: str
    name: str
    reasons: tuple[str, ...]
    may_go: bool


def rank(candidates: Sequence[Candidate], language: str | None, now: datetime) -> list[Ranked]:
    """Who should go, best first. Someone with a declared tie, or off shift, may not go at all.

    Free comes before language, since a free person can go with an interpreter and a busy
    one cannot; then language, rest, having worked in the area, and who was out longest ago.
    """
    spoken = (language or "").split("-")[0].lower()

    def standing(one: Candidate) -> tuple[bool, int, bool, bool, bool, datetime, str]:
        speaks = not spoken or spoken in one.languages
        rested_since = one.last_clear_at or now - timedelta(days=30)
        is_tired = now - rested_since < SHORT_REST
        return (
            not _may_go(one),
            one.current_count,
            not speaks,
            is_tired,
            not one.knows_area,
            rested_since,
            one.name,
        )

    return [
        Ranked(one.account_id, one.name, _reasons(one, spoken, now), _may_go(one))
        for one in sorted(candidates, key=standing)
    ]


def _may_go(one: Candidate) -> bool:
    return one.is_on_shift and not one.has_tie


def _reasons(one: Candidate, spoken: str, now: datetime) -> tuple[str, ...]:
    reasons = ["on_shift" if one.is_on_shift else "off_shift"]
    if one.has_tie:
        reasons.append("has_tie")
    if spoken:
        reasons.append("speaks" if spoken in one.languages else "does_not_speak")
    reasons.append("free" if one.current_count == 0 else "busy")
    if one.knows_area:
        reasons.append("knows_area")
    if one.last_clear_at and now - one.last_clear_at < SHORT_REST:
        reasons.append("out_lately")
    return tuple(reasons)

"""A plan as it is read: one shape for the live words and for each adopted version."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from app.plans.models import SectionKind


@dataclass(frozen=True)
class ActionRead:
    """An action as the plan states it."""

    id: str
    words: str
    owner: str
    due_on: date | None


@dataclass(frozen=True)
class IndicatorRead:
    """A number that tells, from where to where, and its source."""

    name: str
    baseline: str
    target: str
    source: str


@dataclass(frozen=True)
class ObjectiveRead:
    """An objective with its actions and numbers."""

    id: str
    title: str
    actions: tuple[ActionRead, ...] = ()
    indicators: tuple[IndicatorRead, ...] = ()


@dataclass(frozen=True)
class PlanContent:
    """Everything a plan says."""

    title: str
    from_year: int
    to_year: int
    sections: dict[str, str]
    objectives: tuple[ObjectiveRead, ...]

    def words_of(self, kind: SectionKind) -> str:
        """The words of a section; empty when nobody has written any."""
        return self.sections.get(kind.value, "")

    def to_json(self) -> dict[str, Any]:
        """The plan as a version keeps it."""
        values = asdict(self)
        for objective in values["objectives"]:
            for action in objective["actions"]:
                action["due_on"] = action["due_on"].isoformat() if action["due_on"] else None
        return values

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The plan as a version kept it."""
        return cls(**values | {"objectives": tuple(_objective(one) for one in values["objectives"])})


def _objective(values: dict[str, Any]) -> ObjectiveRead:
    return ObjectiveRead(
        id=values["id"],
        title=values["title"],
        actions=tuple(_action(one) for one in values["actions"]),
        indicators=tuple(IndicatorRead(**one) for one in values["indicators"]),
    )


def _action(values: dict[str, Any]) -> ActionRead:
    due_on = values["due_on"]
    return ActionRead(**values | {"due_on": date.fromisoformat(due_on) if due_on else None})

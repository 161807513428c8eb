"""How a plan stands, for whoever reads it: each objective with its actions, and the sum of them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from app.plans import rules
from app.plans.objective_models import ActionState, ActionStateRow
from app.plans.payloads import ActionRead, ObjectiveRead, PlanContent


@dataclass(frozen=True)
class ActionStanding:
    """An action, how far it is, and whether its day has passed."""

    action: ActionRead
    state: ActionState
    note: str
    is_late: bool


@dataclass(frozen=True)
class ObjectiveStanding:
    """An objective, how it stands, and its actions."""

    objective: ObjectiveRead
    standing: rules.Standing
    actions: tuple[ActionStanding, ...]


@dataclass(frozen=True)
class Tally:
    """Where a plan stands. Each action is counted once: a late one is late, not under way."""

    objectives: tuple[ObjectiveStanding, ...]
    total: int
    done: int
    under_way: int
    late: int
    planned: int
    dropped: int

    @property
    def step(self) -> int:
        """The step of an adopted plan: carried out, or, when nothing is open, measured."""
        return 4 if self.total > self.done + self.dropped else 5


def tally(content: PlanContent, steps: dict[str, ActionStateRow], today: date) -> Tally:
    """Put together what a plan promised and how far each promise is today."""
    objectives = tuple(_objective(one, steps, today) for one in content.objectives)
    counts = Counter(_word(action) for one in objectives for action in one.actions)
    return Tally(
        objectives=objectives,
        total=counts.total(),
        done=counts["done"],
        under_way=counts["started"],
        late=counts["late"],
        planned=counts["planned"],
        dropped=counts["stopped"],
    )


def _objective(one: ObjectiveRead, steps: dict[str, ActionStateRow], today: date) -> ObjectiveStanding:
    actions = tuple(_action(action, steps.get(action.id), today) for action in one.actions)
    standing = rules.standing_of([(a.state, a.action.due_on) for a in actions], today)
    return ObjectiveStanding(one, standing, actions)


def _action(action: ActionRead, step: ActionStateRow | None, today: date) -> ActionStanding:
    state = step.state if step else ActionState.PLANNED
    note = step.note if step else ""
    return ActionStanding(action, state, note, rules.is_late(state, action.due_on, today))


def _word(action: ActionStanding) -> str:
    return "late" if action.is_late else action.state.value

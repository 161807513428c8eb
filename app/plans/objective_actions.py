"""Writing down what a plan promises, and how far each promise is."""

from dataclasses import dataclass
from datetime import date

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.plans import queries, rules
from app.plans.actions import lock
from app.plans.models import Plan
from app.plans.objective_models import Action, ActionState, ActionStateRow, Indicator, Objective


@dataclass(frozen=True)
class NewAction:
    """An action as somebody writes it."""

    words: str
    owner: str
    due_on: date | None


def add_objective(plan: Plan, title: str, *, actor: Actor) -> Objective:
    """Add what shall be different."""
    _open(plan)
    objective = Objective(id=new_id(), plan_id=plan.id, title=title)
    db.session.add(objective)
    db.session.flush()
    _record(What.PLAN_OBJECTIVE_ADDED, plan, actor, objective_id=objective.id)
    return objective


def change_objective(plan: Plan, objective: Objective, title: str, *, actor: Actor) -> None:
    """Say an objective in other words, while the plan is written."""
    _open(plan)
    objective.title = title
    db.session.flush()
    _record(What.PLAN_OBJECTIVE_CHANGED, plan, actor, objective_id=objective.id)


def add_action(plan: Plan, objective: Objective, new: NewAction, *, actor: Actor) -> Action:
    """Add one thing that somebody does for an objective."""
    _open(plan)
    action = Action(
        id=new_id(), objective_id=objective.id, words=new.words, owner=new.owner, due_on=new.due_on
    )
    db.session.add(action)
    db.session.flush()
    _note_step(action, ActionState.PLANNED, "", actor)
    _record(What.PLAN_ACTION_ADDED, plan, actor, action_id=action.id)
    return action


def change_action(plan: Plan, action: Action, new: NewAction, *, actor: Actor) -> None:
    """Say an action, its owner or its day anew, while the plan is written."""
    _open(plan)
    action.words, action.owner, action.due_on = new.words, new.owner, new.due_on
    db.session.flush()
    _record(What.PLAN_ACTION_CHANGED, plan, actor, action_id=action.id)


def move_action(plan: Plan, action: Action, to: ActionState, note: str, *, actor: Actor) -> None:
    """Note how far an action is, with a line that residents read."""
    lock(plan)
    now = queries.last_steps(plan)[action.id].state
    rules.require_action_step(now, to, note, is_adopted=plan.adopted_on is not None)
    _note_step(action, to, note, actor)
    _record(What.PLAN_ACTION_MOVED, plan, actor, action_id=action.id, state=to)


def add_indicator(
    plan: Plan, objective: Objective, *, name: str, baseline: str, target: str, source: str, actor: Actor
) -> Indicator:
    """Add a number that tells whether an objective is reached."""
    _open(plan)
    indicator = Indicator(
        id=new_id(),
        objective_id=objective.id,
        name=name,
        baseline=baseline,
        target=target,
        source=source,
    )
    db.session.add(indicator)
    db.session.flush()
    _record(What.PLAN_INDICATOR_ADDED, plan, actor, indicator_id=indicator.id)
    return indicator


def _open(plan: Plan) -> None:
    lock(plan)
    rules.require_writable(plan.state)


def _note_step(action: Action, state: ActionState, note: str, actor: Actor) -> None:
    db.session.add(
        ActionStateRow(
            id=new_id(),
            action_id=action.id,
            state=state,
            note=note,
            at=clock.now(),
            actor_id=actor.id,
            actor_label=actor.label,
        )
    )
    db.session.flush()


def _record(what: What, plan: Plan, actor: Actor, **facts: str) -> None:
    record(what, actor=actor, subject_type="plan", subject_id=plan.id, **facts)

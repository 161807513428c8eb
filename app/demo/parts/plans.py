"""Safety plans of three neighborhoods: one carried out, one open for comments, one being written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.audit.trail import Actor
from app.demo.parts.plan_words import BOYLE_HEIGHTS, PACOIMA, WATTS, PlanTold
from app.foundation import clock
from app.plans import actions, objective_actions
from app.plans.models import Plan, SectionKind
from app.plans.objective_models import ActionState
from app.plans.queries import find_plan_of_years, list_objectives
from app.plans.rules import COMMENT_DAYS, day_of

WRITTEN_AGO, ASKED_AGO, ADOPTED_AGO = (timedelta(days=days) for days in (88, 80, 60))
COMMENT_OPEN_AGO, COMMENT_OPEN_DAYS = timedelta(days=6), 30


@dataclass(frozen=True)
class Writer:
    """Who writes the plans, for which areas (by name), and when they look at them."""

    actor: Actor
    areas: Mapping[str, str]
    today: datetime


def load_plans(writer: Writer) -> None:
    """Begin, ask and adopt, each on its day. A plan that is there stays as it is."""
    for told, steps in ((WATTS, _carry_out), (BOYLE_HEIGHTS, _ask), (PACOIMA, _leave_as_draft)):
        area_id = writer.areas.get(told.area)
        if area_id and find_plan_of_years(area_id, writer.today.year) is None:
            steps(writer, area_id, told)


def _carry_out(writer: Writer, area_id: str, told: PlanTold) -> None:
    asked_at, adopted_at = writer.today - ASKED_AGO, writer.today - ADOPTED_AGO
    plan = _write(writer, area_id, told, writer.today - WRITTEN_AGO)
    with clock.as_of(asked_at):
        actions.publish(plan, day_of(asked_at) + timedelta(days=COMMENT_DAYS + 2), actor=writer.actor)
    with clock.as_of(adopted_at):
        actions.adopt(plan, actor=writer.actor)
    promised = {action.words: action for one in list_objectives(plan) for action in one.actions}
    for promise in (one for objective in told.objectives for one in objective.promises):
        for ago, state, note in promise.moves:
            with clock.as_of(writer.today - timedelta(days=ago)):
                objective_actions.move_action(
                    plan, promised[promise.words], ActionState(state), note, actor=writer.actor
                )


def _ask(writer: Writer, area_id: str, told: PlanTold) -> None:
    asked_at = writer.today - COMMENT_OPEN_AGO
    plan = _write(writer, area_id, told, asked_at - timedelta(days=20))
    with clock.as_of(asked_at):
        actions.publish(plan, day_of(asked_at) + timedelta(days=COMMENT_OPEN_DAYS), actor=writer.actor)


def _leave_as_draft(writer: Writer, area_id: str, told: PlanTold) -> None:
    _write(writer, area_id, told, writer.today - timedelta(days=4))


def _write(writer: Writer, area_id: str, told: PlanTold, at: datetime) -> Plan:
    """The plan's words, promises and numbers, as somebody wrote them that day."""
    actor, year = writer.actor, writer.today.year
    with clock.as_of(at):
        plan = actions.begin_plan(
            area_id=area_id, title=told.title, from_year=year, to_year=year + 3, actor=actor
        )
        for kind, words in told.sections.items():
            actions.write_text(plan, SectionKind(kind), words, based_on=0, actor=actor)
        for objective in told.objectives:
            added = objective_actions.add_objective(plan, objective.title, actor=actor)
            for name, baseline, target, source in objective.numbers:
                objective_actions.add_indicator(
                    plan, added, name=name, baseline=baseline, target=target, source=source, actor=actor
                )
            for promise in objective.promises:
                due_on = day_of(writer.today) + timedelta(days=promise.due_in_days)
                new = objective_actions.NewAction(promise.words, promise.owner, due_on)
                objective_actions.add_action(plan, added, new, actor=actor)
    return plan

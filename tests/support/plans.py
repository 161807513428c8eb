"""Neighborhoods and their plans for tests."""

from datetime import timedelta
from typing import Any

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit.trail import Actor
from app.foundation import clock
from app.foundation.db import db
from app.places.models import Area
from app.places.queries import NEIGHBORHOOD
from app.plans import actions, objective_actions, rules
from app.plans.models import Plan, SectionKind
from app.plans.objective_actions import NewAction
from app.plans.objective_models import Action
from tests.support.people import make_account
from tests.support.places import make_area


def make_neighborhood(name: str = "Elm Park", **fields: Any) -> Area:
    """A neighborhood that residents find by name."""
    return make_area(name, layer=NEIGHBORHOOD, **fields)


def make_writer(name: str = "Ana Writer") -> Actor:
    """Somebody of the office who writes plans."""
    return actor_of(make_account(Role.OFFICE_STAFF, name=name))


def make_plan(area: Area | None = None, *, actor: Actor | None = None, **fields: Any) -> Plan:
    """A draft that says nothing yet."""
    area = area or make_neighborhood()
    values = {"title": f"{area.name} safety plan", "from_year": 2026, "to_year": 2028, **fields}
    return actions.begin_plan(area_id=area.id, actor=actor or make_writer(), **values)


def make_ready_plan(
    area: Area | None = None, *, summary: str = "People told us three things.", **fields: Any
) -> tuple[Plan, Action]:
    """A draft that everyone can be asked about, and its one action."""
    actor = make_writer()
    plan = make_plan(area, actor=actor, **fields)
    actions.write_text(plan, SectionKind.SUMMARY, summary, based_on=0, actor=actor)
    objective = objective_actions.add_objective(plan, "A mediator within a week", actor=actor)
    due_on = rules.day_of(clock.now()) + timedelta(days=90)
    new = NewAction("Train 12 neighbors", "Mediation East", due_on)
    return plan, objective_actions.add_action(plan, objective, new, actor=actor)


def publish_until(plan: Plan, days_from_today: int, *, actor: Actor | None = None) -> None:
    """Open a plan for comments so that its last day lies this many days from today."""
    today = rules.day_of(clock.now())
    actions.publish(plan, rules.first_comment_end(today), actor=actor or make_writer())
    last_day = today + timedelta(days=days_from_today)
    plan.comment_from, plan.comment_until = last_day - timedelta(days=rules.COMMENT_DAYS), last_day
    db.session.flush()


def make_adopted_plan(area: Area | None = None, **fields: Any) -> tuple[Plan, Action]:
    """A plan that was adopted today, and its one action."""
    plan, action = make_ready_plan(area, **fields)
    publish_until(plan, -1)
    actions.adopt(plan, actor=make_writer())
    return plan, action

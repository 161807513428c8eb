"""Reading plans: for the office with everything in work, for residents what they may read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.permissions import Permission, may
from app.audit.trail import Actor
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of
from app.plans.models import Plan, PlanSection, PlanState, PlanStateRow, PlanText, PlanVersion, SectionKind
from app.plans.objective_models import Action, ActionStateRow, Indicator, Objective
from app.plans.payloads import ActionRead, IndicatorRead, ObjectiveRead, PlanContent


@dataclass(frozen=True)
class PublicPlan:
    """What residents read: the words open for comment, or the newest adopted version."""

    plan: Plan
    content: PlanContent
    version: PlanVersion | None

    @property
    def is_open_for_comment(self) -> bool:
        return self.version is None


def get_plan(plan_id: str, seen_by: Actor) -> Plan:
    """A plan for those who write plans."""
    plan = db.session.scalars(_with_area(seen_by).where(Plan.id == plan_id)).one_or_none()
    if plan is None:
        raise NotFound
    return plan


def list_plans(seen_by: Actor, page: int = 1) -> Page[Plan]:
    """All plans, those not adopted first, then the newest years (one query)."""
    order = (Plan.state == PlanState.ADOPTED, Plan.from_year.desc(), Plan.id)
    return page_of(_with_area(seen_by).order_by(*order), page)


def find_plan_of_years(area_id: str, from_year: int) -> Plan | None:
    """The plan of an area that begins in a year."""
    return db.session.scalars(
        select(Plan).where(Plan.area_id == area_id, Plan.from_year == from_year)
    ).one_or_none()


def find_public_plan(area_id: str) -> PublicPlan | None:
    """The plan of a neighborhood as residents may read it; a draft is not there."""
    newest = select(Plan).where(Plan.area_id == area_id, _is_public()).order_by(Plan.from_year.desc())
    plan = db.session.scalars(newest.options(joinedload(Plan.area)).limit(1)).first()
    if plan is None:
        return None
    if plan.state is PlanState.PUBLIC_COMMENT:
        return PublicPlan(plan, read_content(plan), None)
    version = list_versions(plan)[0]
    return PublicPlan(plan, PlanContent.from_json(version.content), version)


def list_areas_with_plan() -> set[str]:
    """The ids of the areas whose plan residents can read (one query)."""
    return set(db.session.scalars(select(Plan.area_id).where(_is_public()).distinct()))


def read_content(plan: Plan) -> PlanContent:
    """What a plan says now, in the office."""
    return PlanContent(
        title=plan.title,
        from_year=plan.from_year,
        to_year=plan.to_year,
        sections={section.kind.value: text.words for section, text in list_current_texts(plan)},
        objectives=tuple(_objective(one) for one in list_objectives(plan)),
    )


def list_versions(plan: Plan) -> Sequence[PlanVersion]:
    """The adopted versions of a plan, newest first."""
    newest_first = PlanVersion.number.desc()
    return db.session.scalars(
        select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(newest_first)
    ).all()


def list_states(plan: Plan) -> Sequence[PlanStateRow]:
    """How a plan came to stand where it does, oldest first."""
    return db.session.scalars(
        select(PlanStateRow).where(PlanStateRow.plan_id == plan.id).order_by(PlanStateRow.at, PlanStateRow.id)
    ).all()


def list_current_texts(plan: Plan) -> list[tuple[PlanSection, PlanText]]:
    """Each section that has words, with its newest (one query)."""
    rows = db.session.execute(
        select(PlanSection, PlanText)
        .join(PlanText, PlanText.section_id == PlanSection.id)
        .where(PlanSection.plan_id == plan.id, PlanText.is_aside.is_(False))
        .order_by(PlanText.number)
    )
    newest = {section.id: (section, text) for section, text in rows}
    return list(newest.values())


def find_section(plan: Plan, kind: SectionKind) -> PlanSection | None:
    """A section of a plan, once somebody has written in it."""
    return db.session.scalars(
        select(PlanSection).where(PlanSection.plan_id == plan.id, PlanSection.kind == kind)
    ).one_or_none()


def list_texts(section: PlanSection | None) -> Sequence[PlanText]:
    """Everything written in a section, newest first, with who wrote it (one query)."""
    if section is None:
        return []
    newest_first = select(PlanText).where(PlanText.section_id == section.id).order_by(PlanText.number.desc())
    return db.session.scalars(newest_first.options(joinedload(PlanText.by))).all()


def newest_of(texts: Sequence[PlanText]) -> PlanText | None:
    """The words that hold now, of texts newest first."""
    return next((text for text in texts if not text.is_aside), None)


def waiting_of(texts: Sequence[PlanText]) -> list[PlanText]:
    """The texts kept aside that nobody has taken in yet, oldest first."""
    taken_in = {text.takes_in_id for text in texts}
    return [text for text in reversed(texts) if text.is_aside and text.id not in taken_in]


def list_objectives(plan: Plan) -> Sequence[Objective]:
    """The objectives of a plan in the order they were added, with actions and numbers (three queries)."""
    return db.session.scalars(
        select(Objective)
        .where(Objective.plan_id == plan.id)
        .options(selectinload(Objective.actions), selectinload(Objective.indicators))
        .order_by(Objective.id)
        .execution_options(populate_existing=True)
    ).all()


def get_objective(plan: Plan, objective_id: str) -> Objective:
    """An objective of this plan."""
    objective = db.session.get(Objective, objective_id)
    if objective is None or objective.plan_id != plan.id:
        raise NotFound
    return objective


def get_action(plan: Plan, action_id: str) -> Action:
    """An action of this plan."""
    action = db.session.get(Action, action_id, options=[joinedload(Action.objective)])
    if action is None or action.objective.plan_id != plan.id:
        raise NotFound
    return action


def last_steps(plan: Plan) -> dict[str, ActionStateRow]:
    """Where each action of a plan stands, by the id of the action (one query)."""
    rows = db.session.scalars(
        select(ActionStateRow)
        .join(Action, Action.id == ActionStateRow.action_id)
        .join(Objective, Objective.id == Action.objective_id)
        .where(Objective.plan_id == plan.id)
        .order_by(ActionStateRow.at, ActionStateRow.id)
    )
    return {row.action_id: row for row in rows}


def list_steps(action: Action) -> Sequence[ActionStateRow]:
    """How an action went, newest first."""
    newest_first = (ActionStateRow.at.desc(), ActionStateRow.id.desc())
    return db.session.scalars(
        select(ActionStateRow).where(ActionStateRow.action_id == action.id).order_by(*newest_first)
    ).all()


def _with_area(seen_by: Actor) -> Select[Plan]:
    if not may(seen_by.role, Permission.PLAN_WRITE):
        raise NotFound
    return select(Plan).options(joinedload(Plan.area))


def _is_public() -> ColumnElement[bool]:
    """Open for comment, or adopted at least once: a next version in work hides nothing."""
    return or_(Plan.state == PlanState.PUBLIC_COMMENT, Plan.adopted_on.is_not(None))


def _objective(objective: Objective) -> ObjectiveRead:
    return ObjectiveRead(
        id=objective.id,
        title=objective.title,
        actions=tuple(ActionRead(a.id, a.words, a.owner, a.due_on) for a in objective.actions),
        indicators=tuple(_indicator(one) for one in objective.indicators),
    )


def _indicator(one: Indicator) -> IndicatorRead:
    return IndicatorRead(one.name, one.baseline, one.target, one.source)

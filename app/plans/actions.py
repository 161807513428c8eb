"""Writing a plan, asking everyone about it, and adopting it."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.plans import queries, rules
from app.plans.models import Plan, PlanSection, PlanState, PlanStateRow, PlanText, PlanVersion, SectionKind


class AlreadyThere(DomainError):
    """A neighborhood has one plan for the same years."""

    code = "plan-already-there"

    def __init__(self) -> None:
        super().__init__(_l("There is a plan that begins in this year already."))


def begin_plan(*, area_id: str, title: str, from_year: int, to_year: int, actor: Actor) -> Plan:
    """Begin the plan of a neighborhood, as a draft that nobody outside can read."""
    plan = Plan(
        id=new_id(),
        area_id=area_id,
        title=title,
        from_year=from_year,
        to_year=to_year,
        state=PlanState.DRAFT,
        begun_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(plan)
            db.session.flush()
    except IntegrityError:
        if queries.find_plan_of_years(area_id, from_year) is None:
            raise
        raise AlreadyThere from None
    _note_state(plan, actor)
    record(What.PLAN_BEGUN, actor=actor, subject_type="plan", subject_id=plan.id, area_id=area_id)
    return plan


def write_text(
    plan: Plan,
    kind: SectionKind,
    words: str,
    *,
    based_on: int,
    takes_in: PlanText | None = None,
    actor: Actor,
) -> PlanText:
    """Keep what somebody wrote in a section.

    When the section has changed since the writer opened it, their words are kept aside
    (`is_aside`) and the words that hold stay; the writer puts both together and names
    the text they took in.
    """
    lock(plan)
    rules.require_writable(plan.state)
    section = queries.find_section(plan, kind) or _add_section(plan, kind)
    texts = queries.list_texts(section)
    newest = queries.newest_of(texts)
    text = PlanText(
        id=new_id(),
        section_id=section.id,
        number=(texts[0].number if texts else 0) + 1,
        words=words,
        based_on=based_on,
        is_aside=not rules.is_current_base(based_on, newest.number if newest else 0),
        takes_in_id=takes_in.id if takes_in and takes_in in texts else None,
        at=clock.now(),
        by_id=actor.id,
    )
    db.session.add(text)
    db.session.flush()
    what = What.PLAN_TEXT_KEPT_ASIDE if text.is_aside else What.PLAN_TEXT_WRITTEN
    record(what, actor=actor, subject_type="plan", subject_id=plan.id, section=kind, number=text.number)
    return text


def publish(plan: Plan, until: date, *, actor: Actor) -> None:
    """Ask everyone: the plan as it is written now can be read and commented on until a day."""
    lock(plan)
    today = rules.day_of(clock.now())
    rules.require_publishable(plan.state, queries.read_content(plan), until=until, today=today)
    plan.comment_from, plan.comment_until = today, until
    _move(plan, PlanState.PUBLIC_COMMENT, actor)


def take_back(plan: Plan, *, actor: Actor) -> None:
    """Back to writing: comments showed that it is not ready, or a next version begins.

    A version that was adopted stays what residents read.
    """
    lock(plan)
    rules.require_step(plan.state, PlanState.DRAFT)
    _move(plan, PlanState.DRAFT, actor)


def adopt(plan: Plan, *, actor: Actor) -> PlanVersion:
    """Adopt the plan word for word: a version that is never changed after."""
    lock(plan)
    today, content = rules.day_of(clock.now()), queries.read_content(plan)
    rules.require_adoptable(
        plan.state,
        content,
        comment_from=plan.comment_from,
        comment_until=plan.comment_until,
        today=today,
    )
    number = 1 + max((version.number for version in queries.list_versions(plan)), default=0)
    version = PlanVersion(
        id=new_id(), plan_id=plan.id, number=number, adopted_on=today, content=content.to_json()
    )
    db.session.add(version)
    plan.adopted_on = today
    _move(plan, PlanState.ADOPTED, actor)
    record(What.PLAN_ADOPTED, actor=actor, subject_type="plan", subject_id=plan.id, version=number)
    return version


def lock(plan: Plan) -> None:
    """Hold a plan while it changes: two who act at once act one after the other."""
    db.session.refresh(plan, with_for_update={"of": Plan})


def _add_section(plan: Plan, kind: SectionKind) -> PlanSection:
    section = PlanSection(id=new_id(), plan_id=plan.id, kind=kind)
    db.session.add(section)
    db.session.flush()
    return section


def _move(plan: Plan, to: PlanState, actor: Actor) -> None:
    plan.state = to
    _note_state(plan, actor)
    record(What.PLAN_MOVED, actor=actor, subject_type="plan", subject_id=plan.id, state=to)


def _note_state(plan: Plan, actor: Actor) -> None:
    db.session.add(
        PlanStateRow(
            id=new_id(),
            plan_id=plan.id,
            state=plan.state,
            at=clock.now(),
            actor_id=actor.id,
            actor_label=actor.label,
        )
    )
    db.session.flush()

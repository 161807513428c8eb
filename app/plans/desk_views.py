"""Writing a plan at the desk: its sections, objectives and actions; asking everyone; adopting."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission
from app.foundation import clock
from app.foundation.db import transactional
from app.foundation.errors import NotFound
from app.foundation.forms import ActForm, Form
from app.plans import actions, labels, objective_actions, queries, rules
from app.plans.forms import (
    ActionForm,
    IndicatorForm,
    ObjectiveForm,
    PublishForm,
    StepForm,
    TextForm,
)
from app.plans.models import Plan, PlanText, SectionKind
from app.plans.objective_models import ActionState
from app.plans.reading import tally

bp = Blueprint("desk", __name__, url_prefix="/plans")
KINDS = frozenset(SectionKind)


@bp.get("/<plan_id>")
@requires(Permission.PLAN_WRITE)
def show(plan_id: str) -> ResponseReturnValue:
    """One plan in work: what it says, what it lacks, what is next."""
    plan = queries.get_plan(plan_id, seen_by=current_actor())
    content, today = queries.read_content(plan), rules.day_of(clock.now())
    return render_template(
        "plans/desk.html",
        plan=plan,
        content=content,
        tally=tally(content, queries.last_steps(plan), today),
        missing=rules.missing_for_comment(content),
        is_comment_over=rules.is_comment_over(plan.comment_from, plan.comment_until, today),
        waiting={kind: len(_waiting(plan, kind)) for kind in SectionKind},
        states=queries.list_states(plan),
        versions=queries.list_versions(plan),
    )


@bp.route("/<plan_id>/text/<kind>", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
@transactional
def text(plan_id: str, kind: str) -> ResponseReturnValue:
    """Write a section. Whoever wrote at the same time is shown beside, and nothing is lost."""
    plan = queries.get_plan(plan_id, seen_by=current_actor())
    section = _kind_of(kind)
    mine = next((one for one in _waiting(plan, section) if one.id == request.args.get("mine")), None)
    form = TextForm(**_prefill(plan, section, mine))
    if not form.validate_on_submit():
        return _show_text(plan, section, form, mine)
    words, based_on = form.words.data or "", int(form.based_on.data or 0)
    kept = actions.write_text(plan, section, words, based_on=based_on, takes_in=mine, actor=current_actor())
    if kept.is_aside:
        flash(_("Someone else wrote here while you did. Both texts are kept: put them together."), "due")
        return redirect(url_for(".text", plan_id=plan.id, kind=section.value, mine=kept.id))
    return _back(plan, _("Kept, with the day and your name."))


@bp.route("/<plan_id>/objectives/new", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
@transactional
def add_objective(plan_id: str) -> ResponseReturnValue:
    """Add what shall be different."""
    plan, form = queries.get_plan(plan_id, seen_by=current_actor()), ObjectiveForm()
    if form.validate_on_submit():
        objective_actions.add_objective(plan, form.title.data or "", actor=current_actor())
        return _back(plan, _("Added. Now say who does what for it."))
    return _show_form(plan, form, _("Add an objective"), _("Add this objective"))


@bp.route("/<plan_id>/objectives/<objective_id>", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
@transactional
def change_objective(plan_id: str, objective_id: str) -> ResponseReturnValue:
    """Say an objective in other words."""
    plan = queries.get_plan(plan_id, seen_by=current_actor())
    objective = queries.get_objective(plan, objective_id)
    form = ObjectiveForm(obj=objective)
    if form.validate_on_submit():
        objective_actions.change_objective(plan, objective, form.title.data or "", actor=current_actor())
        return _back(plan, _("Kept."))
    return _show_form(plan, form, _("Change an objective"), _("Keep this objective"))


@bp.route("/<plan_id>/objectives/<objective_id>/actions/new", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
@transactional
def add_action(plan_id: str, objective_id: str) -> ResponseReturnValue:
    """Add one thing that somebody does."""
    plan = queries.get_plan(plan_id, seen_by=current_actor())
    objective, form = queries.get_objective(plan, objective_id), ActionForm()
    if form.validate_on_submit():
        objective_actions.add_action(plan, objective, form.new_action(), actor=current_actor())
        return _back(plan, _("Added."))
    return _show_form(plan, form, _("Add an action"), _("Add this action"), objective.title)


@bp.route("/<plan_id>/actions/<action_id>", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
@transactional
def change_action(plan_id: str, action_id: str) -> ResponseReturnValue:
    """Say an action, its owner or its day anew."""
    plan = queries.get_plan(plan_id, seen_by=current_actor())
    action = queries.get_action(plan, action_id)
    form = ActionForm(obj=action)
    if form.validate_on_submit():
        objective_actions.change_action(plan, action, form.new_action(), actor=current_actor())
        return _back(plan, _("Kept."))
    return _show_form(plan, form, _("Change an action"), _("Keep this action"), action.objective.title)


@bp.route("/<plan_id>/actions/<action_id>/step", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
@transactional
def step(plan_id: str, action_id: str) -> ResponseReturnValue:
    """Note how far an action is."""
    plan, form = queries.get_plan(plan_id, seen_by=current_actor()), StepForm()
    action = queries.get_action(plan, action_id)
    form.offer(queries.last_steps(plan)[action.id].state)
    if form.validate_on_submit():
        to, note = ActionState(form.state.data), form.note.data or ""
        try:
            objective_actions.move_action(plan, action, to, note, actor=current_actor())
        except rules.ReasonMissing as refusal:
            form.note.errors = [str(refusal)]
        else:
            return _back(plan, _("Kept. Residents read it with the day."))
    return _show_form(plan, form, _("How far is it?"), _("Keep this"), action.words)


@bp.route("/<plan_id>/objectives/<objective_id>/numbers/new", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
@transactional
def add_indicator(plan_id: str, objective_id: str) -> ResponseReturnValue:
    """Add a number that tells whether the objective is reached."""
    plan = queries.get_plan(plan_id, seen_by=current_actor())
    objective, form = queries.get_objective(plan, objective_id), IndicatorForm()
    if form.validate_on_submit():
        told = {name: form[name].data for name in ("name", "baseline", "target", "source")}
        objective_actions.add_indicator(plan, objective, **told, actor=current_actor())
        return _back(plan, _("Added."))
    return _show_form(plan, form, _("Add a number"), _("Add this number"), objective.title)


@bp.route("/<plan_id>/publish", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
@transactional
def publish(plan_id: str) -> ResponseReturnValue:
    """Ask everyone: from now on residents read the plan and may comment."""
    plan, today = queries.get_plan(plan_id, seen_by=current_actor()), rules.day_of(clock.now())
    form = PublishForm(until=rules.first_comment_end(today))
    if form.validate_on_submit() and form.until.data:
        try:
            actions.publish(plan, form.until.data, actor=current_actor())
        except rules.CommentTooShort as refusal:
            form.until.errors = [str(refusal)]
        else:
            return _back(plan, _("Residents can read it now, and comment."))
    lead = _("People have 14 days at least. The plan can be adopted after the last day.")
    return _show_form(plan, form, _("Ask everyone"), _("Open it for comments"), lead)


@bp.post("/<plan_id>/take-back")
@requires(Permission.PLAN_WRITE)
@transactional
def take_back(plan_id: str) -> ResponseReturnValue:
    """Back to writing: after comments, or for the next version."""
    plan = queries.get_plan(plan_id, seen_by=current_actor())
    if ActForm().validate_on_submit():
        actions.take_back(plan, actor=current_actor())
        flash(_("You can write in it again."))
    return redirect(url_for(".show", plan_id=plan.id))


@bp.post("/<plan_id>/adopt")
@requires(Permission.PLAN_ADOPT)
@transactional
def adopt(plan_id: str) -> ResponseReturnValue:
    """Adopt the plan word for word."""
    plan = queries.get_plan(plan_id, seen_by=current_actor())
    if ActForm().validate_on_submit():
        version = actions.adopt(plan, actor=current_actor())
        flash(_("Adopted. Version %(number)s is kept word for word.", number=version.number))
    return redirect(url_for(".show", plan_id=plan.id))


def _kind_of(kind: str) -> SectionKind:
    if kind not in KINDS:
        raise NotFound
    return SectionKind(kind)


def _waiting(plan: Plan, kind: SectionKind) -> list[PlanText]:
    return queries.waiting_of(queries.list_texts(queries.find_section(plan, kind)))


def _prefill(plan: Plan, kind: SectionKind, mine: PlanText | None) -> dict[str, str]:
    """The words that hold now, and after them those to take in; and what they are based on."""
    newest = queries.newest_of(queries.list_texts(queries.find_section(plan, kind)))
    both = [one.words for one in (newest, mine) if one]
    return {"words": "\n\n".join(both), "based_on": str(newest.number if newest else 0)}


def _show_text(plan: Plan, kind: SectionKind, form: TextForm, mine: PlanText | None) -> ResponseReturnValue:
    texts = queries.list_texts(queries.find_section(plan, kind))
    return render_template(
        "plans/text.html",
        plan=plan,
        heading=labels.SECTION_LABELS[kind],
        kind=kind,
        form=form,
        mine=mine,
        theirs=queries.newest_of(texts),
        waiting=queries.waiting_of(texts),
        texts=texts,
    )


def _show_form(plan: Plan, form: Form, heading: str, act: str, lead: str = "") -> ResponseReturnValue:
    return render_template("plans/form.html", plan=plan, form=form, heading=heading, act=act, lead=lead)


def _back(plan: Plan, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for(".show", plan_id=plan.id))

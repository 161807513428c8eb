"""Today: where I go now, one big next step, what comes later; and the call for help."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import journey
from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission
from app.assignments import help as calls_for_help
from app.assignments import rules
from app.assignments.forms import NotSafeForm, StepForm
from app.assignments.labels import STEP_LABELS
from app.assignments.models import Assignment, Step
from app.assignments.queries import get_assignment, list_current
from app.cases import contact_queries, emergency_queries
from app.cases import queries as case_queries
from app.cases.rules import day_of
from app.foundation import clock
from app.foundation.db import transactional
from app.referrals.models import Source
from app.referrals.natures import NATURE_LABELS
from app.referrals.queries import get_any, read_told
from app.vault.sealing import KeyDestroyed

bp = Blueprint("assignments", __name__)
bp.record_once(lambda state: state.app.jinja_env.globals.update(step_labels=STEP_LABELS))


@bp.get("/today")
@requires(Permission.ASSIGNMENT_WORK)
def today() -> ResponseReturnValue:
    """Where this person goes now, and what their cases ask for later."""
    actor = current_actor()
    current = list_current(actor)
    out = [assignment for assignment in current if assignment.step is not Step.CLEAR]
    now = clock.now()
    return render_template(
        "assignments/today.html",
        now=now,
        today=day_of(now),
        places=[_place_of(assignment) for assignment in out],
        agenda=contact_queries.list_agenda(actor),
        help_call=calls_for_help.open_call_of(actor),
        emergencies=emergency_queries.list_open_for(actor, now),
    )


@bp.post("/assignments/<assignment_id>/step")
@requires(Permission.ASSIGNMENT_WORK)
@transactional
def step(assignment_id: str) -> ResponseReturnValue:
    """Take the next step. Pressed twice, it is one step."""
    actor = current_actor()
    assignment = get_assignment(assignment_id, seen_by=actor)
    form = StepForm()
    if not form.validate_on_submit():
        flash(_("That step is not known here. Look at how it stands now."), "due")
        return redirect(url_for(".today"))
    journey.take_step(assignment, form.value(), actor=actor)
    if form.value() is Step.CLEAR and assignment.case_id:
        flash(_("You are clear. Log it while it is fresh."))
        return redirect(url_for("cases.contacts.new", case_id=assignment.case_id))
    return redirect(url_for(".today"))


@bp.route("/assignments/<assignment_id>/not-safe", methods=["GET", "POST"])
@requires(Permission.ASSIGNMENT_WORK)
@transactional
def not_safe(assignment_id: str) -> ResponseReturnValue:
    """Give the call back because it is not safe: one question, then dispatch has it too."""
    actor = current_actor()
    assignment = get_assignment(assignment_id, seen_by=actor)
    form = NotSafeForm()
    if form.validate_on_submit():
        journey.not_safe(assignment, form.reason.data or "", actor=actor)
        flash(_("Given back. Go to a safe place. Dispatch and we both have the call until dispatch answers."))
        return redirect(url_for(".today"))
    return render_template("assignments/not_safe.html", form=form, place=_place_of(assignment))


@bp.post("/assignments/<assignment_id>/told")
@requires(Permission.REFERRAL_READ)
@transactional
def told(assignment_id: str) -> ResponseReturnValue:
    """The address and what dispatch told us, for this one page; the look is on the trail."""
    actor = current_actor()
    assignment = get_assignment(assignment_id, seen_by=actor)
    if assignment.referral_id is None:
        return redirect(url_for(".today"))
    try:
        referral = get_any(assignment.referral_id)
        opened = read_told(referral, seen_by=actor, now=clock.now(), assignment_id=assignment.id)
    except KeyDestroyed:
        flash(
            _("What dispatch told us was destroyed a day after our yes. The address is in the case."), "due"
        )
        return redirect(url_for(".today"))
    return render_template("assignments/told.html", told=opened, place=_place_of(assignment))


@bp.post("/help")
@requires(Permission.ASSIGNMENT_WORK)
@transactional
def ask_for_help() -> ResponseReturnValue:
    """One press: every coordinator sees it at once."""
    actor = current_actor()
    out = [assignment for assignment in list_current(actor) if assignment.step is not Step.CLEAR]
    calls_for_help.ask_for_help(out[0] if out else None, actor=actor)
    return redirect(url_for(".help_asked"))


@bp.get("/help")
@requires(Permission.ASSIGNMENT_WORK)
def help_asked() -> ResponseReturnValue:
    """What happens now that help was asked for, and what to do meanwhile."""
    return render_template("assignments/help.html", call=calls_for_help.open_call_of(current_actor()))


def _place_of(assignment: Assignment) -> dict[str, object]:
    """An assignment with the little that may stand on a phone's screen: no name, no address."""
    case = case_queries.find_by_id(assignment.case_id)
    referral = get_any(assignment.referral_id) if assignment.referral_id else None
    area = (case.area if case else None) or (referral.area if referral else None)
    following = rules.next_steps(assignment.step)
    return {
        "assignment": assignment,
        "case": case,
        "title": case.title if case else _("A call"),
        "area": area.name if area else "",
        "nature": NATURE_LABELS[referral.nature] if referral else "",
        "language": referral.language if referral else None,
        "goes_back": referral is not None and referral.source is Source.DISPATCH,
        "parties": case_queries.list_parties(case) if case else (),
        "signs": case_queries.latest_signs(case) if case else None,
        "track": [STEP_LABELS[one] for one in rules.TRACK],
        "reached": _reached(assignment.step),
        "since": assignment.steps[-1].at if assignment.steps else assignment.assigned_at,
        "next": following[0] if following else None,
        "others": following[1:],
    }


def _reached(step: Step) -> int:
    """How far along the track a step is; nobody found and "they said no" stand where contact does."""
    if step in (Step.NOT_FOUND, Step.REFUSED):
        return rules.TRACK.index(Step.CONTACT_MADE)
    return rules.TRACK.index(step) if step in rules.TRACK else -1

"""Opening a case in an emergency: the lead's page, and the list of those who may agree."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission, may
from app.cases import emergency_actions as actions
from app.cases import emergency_queries, labels, queries
from app.cases.emergency_models import EmergencyReason
from app.cases.forms import EmergencyForm
from app.foundation import clock
from app.foundation.db import transactional
from app.foundation.errors import NotFound

bp = Blueprint("emergencies", __name__)


def emergencies_waiting() -> int:
    """How many emergency openings wait for this person's word; none for whoever has no say."""
    if not may(current_actor().role, Permission.EMERGENCY_AGREE):
        return 0
    return emergency_queries.count_waiting(clock.now())


bp.record_once(lambda state: state.app.jinja_env.globals.update(emergencies_waiting=emergencies_waiting))


@bp.route("/<case_id>/emergency", methods=["GET", "POST"])
@requires(Permission.EMERGENCY_ASK, fresh=True)
@transactional
def ask(case_id: str) -> ResponseReturnValue:
    """Ask to open a case of one's own organization, and see whether somebody has agreed."""
    actor = current_actor()
    case = queries.get_header(case_id, seen_by=actor, permission=Permission.EMERGENCY_ASK)
    form = EmergencyForm()
    if form.validate_on_submit():
        actions.ask(case, EmergencyReason(form.reason.data), actor=actor)
        flash(_("Asked. Call the office: somebody there has to agree."), "due")
        return redirect(url_for(".ask", case_id=case.id))
    opening = emergency_queries.find_current(case, actor, clock.now())
    page = render_template("cases/emergency.html", case=case, form=form, opening=opening)
    return page, 422 if form.errors else 200


@bp.post("/<case_id>/emergency/open")
@requires(Permission.PARTY_READ, fresh=True)
@transactional
def open_up(case_id: str) -> ResponseReturnValue:
    """Who, where, and the notes of the work, for this one page; those assigned see the look."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.PARTY_READ)
    return render_template(
        "cases/emergency_open.html",
        case=case,
        parties=queries.list_parties(case),
        opened=actions.open_up(case, actor=actor),
    )


@bp.post("/<case_id>/emergency/end")
@requires(Permission.EMERGENCY_ASK)
@transactional
def end(case_id: str) -> ResponseReturnValue:
    """Give it up before the hour is over."""
    actor = current_actor()
    case = queries.get_header(case_id, seen_by=actor, permission=Permission.EMERGENCY_ASK)
    opening = emergency_queries.find_current(case, actor, clock.now())
    if opening is None:
        raise NotFound
    actions.end(opening, actor=actor)
    flash(_("Ended. The case is shut again."))
    return redirect(url_for("cases.header", case_id=case.id))


@bp.get("/emergencies")
@requires(Permission.EMERGENCY_AGREE)
def waiting() -> ResponseReturnValue:
    """What leads ask to open in an emergency, oldest first."""
    page = emergency_queries.list_waiting(current_actor(), request.args.get("page", 1, type=int), clock.now())
    return render_template("cases/emergencies.html", page=page, reason_labels=labels.EMERGENCY_LABELS)


@bp.post("/emergencies/<opening_id>/<any(agree, refuse):word>")
@requires(Permission.EMERGENCY_AGREE, fresh=True)
@transactional
def decide(opening_id: str, word: str) -> ResponseReturnValue:
    """Agree, and it is open for an hour; or refuse."""
    actor = current_actor()
    opening = emergency_queries.get_waiting(opening_id, actor, clock.now())
    if word == "agree":
        actions.agree(opening, actor=actor)
        flash(_("Open for an hour. Those assigned to the case see who opened it and why."))
    else:
        actions.end(opening, actor=actor)
        flash(_("Refused. Nothing was opened."))
    return redirect(url_for(".waiting"))

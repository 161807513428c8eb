"""Whether somebody may be asked again after the close: writing it down, and taking it back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission
from app.cases import consent_actions, consent_queries, queries
from app.cases.consent_forms import AskAgainForm, TakeBackForm
from app.foundation.db import transactional
from app.foundation.errors import NotFound

bp = Blueprint("consents", __name__, url_prefix="/<case_id>/people/<party_id>/ask-again")


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@transactional
def say(case_id: str, party_id: str) -> ResponseReturnValue:
    """Write down what somebody said, while their case is open."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.CASE_WORK)
    party, form = queries.get_party(case, party_id), AskAgainForm()
    if form.validate_on_submit():
        consent_actions.note_word(case, party, form.for_days(), form.said_how(), actor=actor)
        flash(_("Kept, with the day and your name."))
        return redirect(url_for("cases.show", case_id=case.id, part="people"))
    return render_template("cases/ask_again.html", case=case, party=party, form=form)


@bp.route("/take-back", methods=["GET", "POST"])
@requires(Permission.FOLLOW_UP_STOP)
@transactional
def take_back(case_id: str, party_id: str) -> ResponseReturnValue:
    """They took it back after the close."""
    actor = current_actor()
    case = queries.get_header(case_id, seen_by=actor, permission=Permission.FOLLOW_UP_STOP)
    yes = {} if case.is_open else {one.id: one for one in consent_queries.list_who_said_yes(case)}
    if party_id not in yes:
        raise NotFound
    party, form = yes[party_id], TakeBackForm()
    if form.validate_on_submit():
        consent_actions.take_back(case, party, form.said_how(), actor=actor)
        flash(_("Taken back. Who they are is gone, or goes 30 days after the close."))
        return redirect(url_for("cases.header", case_id=case.id))
    return render_template("cases/ask_again_take_back.html", case=case, party=party, form=form)

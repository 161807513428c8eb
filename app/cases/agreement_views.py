"""Agreements: what the parties promise each other, and what each side says of it later."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission
from app.cases import actions, agreement_actions, agreement_queries, queries, rules
from app.cases.forms import AgreementForm, PromiseForm, SayingForm
from app.foundation import clock
from app.foundation.db import transactional

bp = Blueprint("agreements", __name__, url_prefix="/<case_id>/agreements")


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.AGREEMENT_WORK)
@transactional
def new(case_id: str) -> ResponseReturnValue:
    """Write down an agreement, beginning with its first promise."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.AGREEMENT_WORK)
    form = AgreementForm(reached_on=rules.day_of(clock.now()))
    form.offer(queries.list_parties(case))
    if form.validate_on_submit():
        agreement = agreement_actions.reach_agreement(case, form.day(), form.promise(), actor=actor)
        flash(_("The promise is kept. Add the next one, or go on."))
        return redirect(url_for(".add", case_id=case.id, agreement_id=agreement.id))
    return render_template("cases/agreement_new.html", case=case, form=form)


@bp.route("/<agreement_id>/promises/new", methods=["GET", "POST"])
@requires(Permission.AGREEMENT_WORK)
@transactional
def add(case_id: str, agreement_id: str) -> ResponseReturnValue:
    """Add one more promise."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.AGREEMENT_WORK)
    agreement = agreement_queries.get_agreement(case, agreement_id)
    form = PromiseForm()
    form.offer(queries.list_parties(case))
    if form.validate_on_submit():
        agreement_actions.add_item(case, agreement, form.promise(), actor=actor)
        flash(_("The promise is kept. Add the next one, or go on."))
        return redirect(url_for(".add", case_id=case.id, agreement_id=agreement.id))
    return render_template("cases/promise.html", case=case, form=form, agreement=agreement)


@bp.route("/promises/<item_id>/say", methods=["GET", "POST"])
@requires(Permission.AGREEMENT_WORK)
@transactional
def say(case_id: str, item_id: str) -> ResponseReturnValue:
    """Keep what one side says of a promise."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.AGREEMENT_WORK)
    item = agreement_queries.get_item(case, item_id)
    form = SayingForm()
    form.offer(agreement_queries.asked_of(item, list(queries.list_parties(case))))
    if form.validate_on_submit():
        party = queries.get_party(case, form.party.data)
        agreement_actions.say_item(case, item, party, form.value(), actor=actor)
        flash(_("Kept."))
        return redirect(url_for("cases.show", case_id=case.id, part="agreement"))
    look = actions.look_at(case, part="agreement", actor=actor)
    text = agreement_queries.open_text(item, look.under(Permission.AGREEMENT_WORK))
    return render_template("cases/saying.html", case=case, form=form, text=text)

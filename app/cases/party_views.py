"""The people of a case: adding one, and sealing what we learn of who they are."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission
from app.cases import contact_queries, party_actions, queries
from app.cases.forms import NamePartyForm, PartyForm
from app.cases.models import Side
from app.foundation.db import transactional

bp = Blueprint("parties", __name__, url_prefix="/<case_id>/people")


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@transactional
def new(case_id: str) -> ResponseReturnValue:
    """Add a person, perhaps one just met in a contact."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.CASE_WORK)
    met = request.args.get("met")
    met_in = contact_queries.get_contact(case, met) if met else None
    form = PartyForm()
    if form.validate_on_submit():
        party = party_actions.add_party(
            case,
            side=Side(form.side.data),
            language=form.language.data or None,
            identity=form.identity(),
            met_in=met_in,
            actor=actor,
        )
        flash(_("In this case they are %(bird)s.", bird=party.bird))
        return redirect(url_for("cases.show", case_id=case.id, part="people"))
    return render_template("cases/party.html", case=case, form=form)


@bp.route("/<party_id>/name", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@transactional
def name(case_id: str, party_id: str) -> ResponseReturnValue:
    """Seal a name we learned later."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.CASE_WORK)
    party = queries.get_party(case, party_id)
    form = NamePartyForm()
    if form.validate_on_submit():
        party_actions.name_party(case, party, form.identity(), actor=actor)
        flash(_("Sealed. In this case they stay %(bird)s.", bird=party.bird))
        return redirect(url_for("cases.show", case_id=case.id, part="people"))
    return render_template("cases/name.html", case=case, party=party, form=form)

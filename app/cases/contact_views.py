"""Logging a contact, correcting one, and planning to look again."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission
from app.audit.trail import Actor
from app.cases import actions, contact_actions, contact_queries, name_check, queries, rules
from app.cases.contact_models import Contact
from app.cases.forms import ContactForm, FollowUpForm
from app.cases.models import ConflictCase
from app.foundation import clock
from app.foundation.db import transactional

bp = Blueprint("contacts", __name__, url_prefix="/<case_id>/contacts")


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@transactional
def new(case_id: str) -> ResponseReturnValue:
    """Log a contact. Sent twice by a phone, it is one contact."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.CASE_WORK)
    form = ContactForm.of(queries.list_parties(case))
    if form.validate_on_submit():
        contact = contact_actions.log_contact(
            case, form.said(), client_key=form.client_key.data or "", actor=actor
        )
        _plan_again(case, form, actor)
        flash(_("Your log is kept."))
        _warn_of_names(case, form.words.data or "")
        if form.met_someone_new():
            return redirect(url_for("cases.parties.new", case_id=case.id, met=contact.id))
        return redirect(url_for("cases.show", case_id=case.id))
    return _log_page(case, form)


@bp.route("/<contact_id>/correct", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@transactional
def correct(case_id: str, contact_id: str) -> ResponseReturnValue:
    """Tell a contact better; what was told before is kept beside it."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.CASE_WORK)
    contact = contact_queries.get_contact(case, contact_id)
    look = actions.look_at(case, part="contacts", actor=actor)
    form = ContactForm.of(queries.list_parties(case), contact, contact_queries.open_words(contact, look))
    if form.validate_on_submit():
        contact_actions.correct_contact(case, contact, form.said(), actor=actor)
        flash(_("Corrected. Both are kept."))
        _warn_of_names(case, form.words.data or "")
        return redirect(url_for("cases.show", case_id=case.id, part="contacts"))
    return _log_page(case, form, corrects=contact)


@bp.route("/look-again", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@transactional
def plan(case_id: str) -> ResponseReturnValue:
    """Plan a day to look again."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.CASE_WORK)
    form = FollowUpForm()
    if form.validate_on_submit():
        contact_actions.plan_follow_up(case, form.day(), actor=actor)
        flash(_("Planned."))
        return redirect(url_for("cases.show", case_id=case.id))
    return render_template("cases/follow_up.html", case=case, form=form)


def _log_page(case: ConflictCase, form: ContactForm, corrects: Contact | None = None) -> str:
    known = sorted(name_check.KNOWN | {case.area.name.casefold() if case.area else ""})
    return render_template("cases/log.html", case=case, form=form, corrects=corrects, known_words=known)


def _plan_again(case: ConflictCase, form: ContactForm, actor: Actor) -> None:
    if day := form.look_again_on(rules.day_of(clock.now())):
        contact_actions.plan_follow_up(case, day, actor=actor)


def _warn_of_names(case: ConflictCase, words: str) -> None:
    """Say it when a note seems to hold a name: kept all the same, and easy to mend."""
    found = name_check.words_like_names(words, known=[case.area.name] if case.area else ())
    if found:
        says = _(
            "“%(word)s” looks like a name. Notes keep no names: correct the log if it is one.", word=found[0]
        )
        flash(says, "due")
    if name_check.holds_long_number(words):
        flash(_("The note holds a long number. Phone numbers go to People, where they are sealed."), "due")

"""Changing a draft of the policy: a phrase, a nature, a limit, a word of a call type."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission
from app.foundation.db import let_go, reading, transactional
from app.foundation.errors import NotFound
from app.referrals.natures import NATURE_LABELS, Nature
from app.triage import policy_labels, version_actions, version_queries
from app.triage.policy_changes import (
    AddPhrase,
    AddTypeWord,
    BadChange,
    Change,
    RetirePhrase,
    SetLimits,
    SetNature,
    phrase_at,
)
from app.triage.policy_forms import LimitsForm, NatureForm, PhraseForm, TypeWordForm, WhyForm
from app.triage.version_models import PolicyVersion
from app.triage.version_rules import DoesNotHold, ExampleFails

bp = Blueprint("changes", __name__, url_prefix="/<version_id>")
NATURES = frozenset(Nature)
SAID_BESIDE: dict[type[Change], str] = {
    AddPhrase: "text",
    RetirePhrase: "why",
    SetNature: "lanes",
    SetLimits: "narrative_words",
    AddTypeWord: "word",
}
"""The field beside which it is said that a change does not hold."""


@bp.route("/phrases/new", methods=["GET", "POST"])
@requires(Permission.POLICY_WRITE)
@transactional
def add_phrase(version_id: str) -> ResponseReturnValue:
    """Add a phrase with two examples, which are tried at once."""
    version, form = version_queries.get_version(version_id), PhraseForm()
    if form.validate_on_submit() and _added(version, form.change(), form):
        return _back(version, _("Added. It finds its example."))
    return _form_page(version, form, _("Add a phrase"), _("Add this phrase"), help_with="phrase")


@bp.route("/phrases/<rule>/retire", methods=["GET", "POST"])
@requires(Permission.POLICY_WRITE)
@transactional
def retire_phrase(version_id: str, rule: str) -> ResponseReturnValue:
    """Take a phrase out."""
    version, form = version_queries.get_version(version_id), WhyForm()
    try:
        entry = phrase_at(version_queries.document_of(version), rule)
    except BadChange:
        raise NotFound from None
    if form.validate_on_submit() and _added(version, RetirePhrase(rule), form):
        return _back(version, _("Taken out. Its number is never used again."))
    lead = next(str(entry[code]) for code in policy_labels.LANGUAGE_LABELS if code in entry)
    return _form_page(version, form, _("Take a phrase out"), _("Take it out"), lead)


@bp.route("/natures/<nature>", methods=["GET", "POST"])
@requires(Permission.POLICY_WRITE)
@transactional
def set_nature(version_id: str, nature: str) -> ResponseReturnValue:
    """Say who may answer a nature of call, what must be asked, and what is promised."""
    version = version_queries.get_version(version_id)
    if nature not in NATURES:
        raise NotFound
    form = NatureForm(data=version_queries.document_of(version)["natures"][nature])
    if form.validate_on_submit() and _added(version, form.change(Nature(nature)), form):
        return _back(version, _("Kept."))
    label = NATURE_LABELS[Nature(nature)]
    return _form_page(version, form, _("Change “%(nature)s”", nature=label), _("Keep this"))


@bp.route("/limits", methods=["GET", "POST"])
@requires(Permission.POLICY_WRITE)
@transactional
def set_limits(version_id: str) -> ResponseReturnValue:
    """Say how much has to be told, and how much has to speak for calm."""
    version = version_queries.get_version(version_id)
    form = LimitsForm(data=version_queries.document_of(version)["limits"])
    if form.validate_on_submit() and _added(version, form.change(), form):
        return _back(version, _("Kept."))
    return _form_page(version, form, _("Change the limits"), _("Keep this"))


@bp.route("/call-types/new", methods=["GET", "POST"])
@requires(Permission.POLICY_WRITE)
@transactional
def add_type_word(version_id: str) -> ResponseReturnValue:
    """Say what a word in a centre's call types means."""
    version, form = version_queries.get_version(version_id), TypeWordForm()
    if form.validate_on_submit() and _added(version, form.change(), form):
        return _back(version, _("Added."))
    return _form_page(version, form, _("Add a word of a call type"), _("Add this word"))


def _added(version: PolicyVersion, change: Change, form: WhyForm) -> bool:
    """Make a change; what does not hold is said beside the field that says most of it.

    It is tried before the writing begins, as that takes a second in which no call could be kept.
    """
    let_go()
    try:
        with reading():
            version_actions.try_change(version, change)
        version_actions.add_change(version, change, form.why.data or "", actor=current_actor())
    except DoesNotHold as refusal:
        name = "example" if isinstance(refusal, ExampleFails) else SAID_BESIDE[type(change)]
        form[name].errors = [str(refusal)]
        return False
    return True


def _form_page(
    version: PolicyVersion, form: WhyForm, heading: str, act: str, lead: str = "", help_with: str = ""
) -> ResponseReturnValue:
    return render_template(
        "policy/form.html",
        version=version,
        form=form,
        heading=heading,
        act=act,
        lead=lead,
        help_with=help_with,
    )


def _back(version: PolicyVersion, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("policy.versions.show", version_id=version.id))

"""What waits for a second admin, who waits after a recovery code, and what an admin proposes."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import grant_actions
from app.accounts.access import current_actor, requires
from app.accounts.actions import refuse_own
from app.accounts.attempts import TooManyAttempts
from app.accounts.endings import end_everywhere
from app.accounts.forms import NumberForm
from app.accounts.grant_queries import get_grant, list_waiting
from app.accounts.invitation_actions import invite, revoke_invitations
from app.accounts.labels import GRANT_LABELS, ROLE_LABELS, shown_device
from app.accounts.models import Account
from app.accounts.permissions import Permission
from app.accounts.queries import get_account
from app.accounts.recovery_actions import WrongNumber, confirm_recovery, refuse_recovery
from app.accounts.recovery_models import RecoveryRequest
from app.accounts.recovery_queries import get_recovery, list_recoveries
from app.accounts.session_rules import End
from app.accounts.way_actions import has_any_way
from app.foundation import clock
from app.foundation.db import transactional

bp = Blueprint("grants", __name__, url_prefix="/accounts")
_FRESH = requires(Permission.ACCOUNT_MANAGE, fresh=True)


@bp.get("/waiting")
@requires(Permission.ACCOUNT_MANAGE)
def index() -> ResponseReturnValue:
    """What one admin has proposed and another has to confirm."""
    return render_template(
        "accounts/waiting.html",
        page=list_waiting(request.args.get("page", 1, type=int)),
        own_id=current_actor().id,
        kind_words=GRANT_LABELS,
        role_words=ROLE_LABELS,
    )


@bp.post("/waiting/<grant_id>/confirm")
@_FRESH
@transactional
def confirm(grant_id: str) -> ResponseReturnValue:
    """Give what another admin has proposed."""
    grant = get_grant(grant_id)
    secret = grant_actions.confirm(grant, actor=current_actor())
    if secret:
        return invited(grant.account, secret)
    flash(_("Confirmed."))
    return redirect(url_for(".index"), 303)


@bp.post("/waiting/<grant_id>/refuse")
@_FRESH
@transactional
def refuse(grant_id: str) -> ResponseReturnValue:
    """Give nothing."""
    grant_actions.refuse(get_grant(grant_id), actor=current_actor())
    flash(_("Refused. Nothing has changed."))
    return redirect(url_for(".index"), 303)


@bp.get("/recoveries")
@requires(Permission.ACCOUNT_MANAGE)
def recoveries() -> ResponseReturnValue:
    """Who has shown a recovery code, has no second proof, and waits for an admin who knows them."""
    return _recoveries(NumberForm(formdata=None))


@bp.post("/recoveries/<request_id>/confirm")
@requires(Permission.ACCOUNT_MANAGE, fresh=True, secret=True)
@transactional
def confirm_recovered(request_id: str) -> ResponseReturnValue:
    """Say that it is them, by the number that they read from their screen. One admin is enough here."""
    row, form = get_recovery(request_id), NumberForm()
    if not form.validate_on_submit():
        return _recoveries(form, row, 422)
    try:
        confirm_recovery(row, form.number.data or "", actor=current_actor())
    except (WrongNumber, TooManyAttempts) as problem:
        form.number.errors = [str(problem)]
        return _recoveries(form, row, problem.status)
    flash(_("Confirmed. %(name)s goes on at their own screen.", name=row.account.name))
    return _back_to_recoveries()


@bp.post("/recoveries/<request_id>/refuse")
@_FRESH
@transactional
def refuse_recovered(request_id: str) -> ResponseReturnValue:
    """Say that it is not them, or that one cannot be sure; also after a yes that was not used."""
    refuse_recovery(get_recovery(request_id), actor=current_actor())
    flash(_("Refused. Nobody goes on by this code."))
    return _back_to_recoveries()


@bp.post("/<account_id>/open")
@_FRESH
@transactional
def open_again(account_id: str) -> ResponseReturnValue:
    """Propose to open a closed account again."""
    grant_actions.propose_open(get_account(account_id), actor=current_actor())
    return _proposed()


@bp.post("/<account_id>/new-ways")
@_FRESH
@transactional
def new_ways(account_id: str) -> ResponseReturnValue:
    """Propose that somebody who has lost every way to sign in gets new ones."""
    grant_actions.propose_new_ways(get_account(account_id), actor=current_actor())
    return _proposed()


@bp.post("/<account_id>/invitation")
@_FRESH
@transactional
def invite_again(account_id: str) -> ResponseReturnValue:
    """Another link for somebody who has never come in; the one before is worth nothing."""
    account = get_account(account_id)
    refuse_own(account, current_actor())
    if has_any_way(account):
        raise grant_actions.NothingToGive
    return invited(account, invite(account, actor=current_actor()))


@bp.post("/<account_id>/invitation/revoke")
@_FRESH
@transactional
def revoke(account_id: str) -> ResponseReturnValue:
    """Take back a link that was not used yet."""
    revoke_invitations(get_account(account_id), actor=current_actor())
    flash(_("The invitation is taken back."))
    return redirect(url_for("accounts.change", account_id=account_id), 303)


@bp.post("/<account_id>/sign-out")
@_FRESH
@transactional
def sign_out(account_id: str) -> ResponseReturnValue:
    """End every sign-in of a person, and what waits for a yes, such as when a phone is lost."""
    account = get_account(account_id)
    end_everywhere(account.id, End.BY_ADMIN, actor=current_actor())
    flash(_("%(name)s is signed out everywhere.", name=account.name))
    return redirect(url_for("accounts.change", account_id=account_id), 303)


def invited(account: Account, secret: str) -> ResponseReturnValue:
    """The link of an invitation, on this answer only."""
    link = f"{current_app.extensions['settings'].public_url}{url_for('accounts.invitations.begin')}#{secret}"
    return render_template("accounts/invited.html", account=account, link=link), 201


def _back_to_recoveries() -> ResponseReturnValue:
    return redirect(url_for(".recoveries", page=request.args.get("page", type=int)), 303)


def _recoveries(
    form: NumberForm, wrong: RecoveryRequest | None = None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "accounts/recoveries.html",
        page=list_recoveries(clock.now(), request.args.get("page", 1, type=int)),
        form=form,
        empty_form=NumberForm(formdata=None),
        wrong_id=wrong.id if wrong else None,
        own_id=current_actor().id,
        shown_device=shown_device,
    )
    return page, status


def _proposed() -> ResponseReturnValue:
    flash(_("Proposed. Another admin confirms it."))
    return redirect(url_for(".index"), 303)

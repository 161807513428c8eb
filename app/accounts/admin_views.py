"""The admin's page: who has an account, with which role. Nothing of any case is on it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.accounts.access import current_actor, requires
from app.accounts.actions import close_account
from app.accounts.forms import NewAccountForm, RoleForm
from app.accounts.grant_actions import propose_account, propose_role
from app.accounts.grant_queries import count_waiting, find_waiting, has_open_invitation
from app.accounts.grant_views import invited
from app.accounts.labels import GRANT_LABELS, ROLE_LABELS
from app.accounts.models import Account
from app.accounts.permissions import RESPONDER_ROLES, Permission, Role
from app.accounts.queries import get_account, list_accounts
from app.accounts.recovery_queries import count_recoveries
from app.accounts.session_queries import list_open_sessions
from app.accounts.views import bp as bp
from app.accounts.way_actions import has_any_way
from app.delivery.queries import count_undelivered
from app.foundation import clock
from app.foundation.db import db, transactional
from app.roster.actions import join_team
from app.roster.queries import list_organization_names, list_team_names, organization_of_team


@bp.get("/accounts")
@requires(Permission.ACCOUNT_MANAGE)
def index() -> ResponseReturnValue:
    """Everybody who can sign in, active ones first."""
    page = list_accounts(request.args.get("page", 1, type=int))
    actor = current_actor()
    return render_template(
        "accounts/index.html",
        page=page,
        own_id=actor.id,
        role_words=ROLE_LABELS,
        undelivered_count=count_undelivered(),
        waiting_count=count_waiting(),
        recovery_count=count_recoveries(clock.now()),
    )


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE, fresh=True)
@transactional
def add() -> ResponseReturnValue:
    """Make an account that another admin confirms. Its invitation is shown on this answer only."""
    form = NewAccountForm(list_team_names(), list_organization_names())
    if form.validate_on_submit():
        if made := _make(form):
            return invited(*made)
        form.email.errors = [_("Somebody has this e-mail already. Write another one.")]
    return render_template("accounts/new.html", form=form), 422 if form.errors else 200


@bp.route("/accounts/<account_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE, fresh=True)
@transactional
def change(account_id: str) -> ResponseReturnValue:
    """One account: propose another role, and what else an admin can do for it."""
    account, now = get_account(account_id), clock.now()
    form = RoleForm(role=account.role.value)
    if form.validate_on_submit():
        propose_role(account, Role(form.role.data), actor=current_actor())
        flash(_("Proposed. Another admin confirms it."))
        return redirect(url_for("accounts.grants.index"), 303)
    page = render_template(
        "accounts/change.html",
        account=account,
        form=form,
        is_own=account.id == current_actor().id,
        role_words=ROLE_LABELS,
        kind_words=GRANT_LABELS,
        waiting=find_waiting(account),
        has_ways=has_any_way(account),
        is_invited=has_open_invitation(account, now),
        open_count=len(list_open_sessions(account.id, now)),
    )
    return page, 422 if form.errors else 200


@bp.post("/accounts/<account_id>/close")
@requires(Permission.ACCOUNT_MANAGE, fresh=True)
@transactional
def close(account_id: str) -> ResponseReturnValue:
    """Close an account: its sign-ins end at their next request. One admin may do this alone."""
    close_account(get_account(account_id), actor=current_actor())
    flash(_("The account is closed."))
    return redirect(url_for("accounts.index"), 303)


def _make(form: NewAccountForm) -> tuple[Account, str] | None:
    """The account with its place in a team, and its invitation; None when the e-mail is taken."""
    role, team_id = Role(form.role.data), form.team_id.data or None
    organization_id = organization_of_team(team_id) if team_id else form.organization_id.data or None
    try:
        with db.session.begin_nested():
            account, secret = propose_account(
                email=form.email.data or "",
                name=form.name.data or "",
                role=role,
                actor=current_actor(),
                organization_id=organization_id,
                team_id=team_id,
            )
    except IntegrityError:
        return None
    if team_id and role in RESPONDER_ROLES:
        join_team(account.id, team_id, form.languages.data or ["en"])
    return account, secret

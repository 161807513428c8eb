"""The admin's page: who has an account, with which role. Nothing of any case is on it."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.accounts.access import current_actor, requires
from app.accounts.actions import change_role, create_account, set_active
from app.accounts.forms import NewAccountForm, RoleForm
from app.accounts.labels import ROLE_LABELS
from app.accounts.models import Account
from app.accounts.permissions import RESPONDER_ROLES, Permission, Role
from app.accounts.queries import get_account, list_accounts
from app.accounts.views import bp as bp
from app.delivery.queries import count_undelivered
from app.foundation.db import db, transactional
from app.roster.actions import join_team
from app.roster.queries import list_organization_names, list_team_names, organization_of_team

FIRST_PASSWORD_BYTES = 12


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
    )


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
@transactional
def add() -> ResponseReturnValue:
    """Make an account. The first password is shown once, on the answer to this request only."""
    form = NewAccountForm(list_team_names(), list_organization_names())
    if form.validate_on_submit():
        password = secrets.token_urlsafe(FIRST_PASSWORD_BYTES)
        if account := _make(form, password):
            return render_template("accounts/made.html", account=account, password=password), 201
        form.email.errors = [_("Somebody has this e-mail already. Write another one.")]
    return render_template("accounts/new.html", form=form), 422 if form.errors else 200


@bp.route("/accounts/<account_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
@transactional
def change(account_id: str) -> ResponseReturnValue:
    """Give somebody another role."""
    account = get_account(account_id)
    form = RoleForm(role=account.role.value)
    if form.validate_on_submit():
        change_role(account, Role(form.role.data), actor=current_actor())
        flash(_("The role of %(name)s is changed.", name=account.name))
        return redirect(url_for("accounts.index"), 303)
    is_own = account.id == current_actor().id
    page = render_template(
        "accounts/change.html", account=account, form=form, is_own=is_own, role_words=ROLE_LABELS
    )
    return page, 422 if form.errors else 200


@bp.post("/accounts/<account_id>/close")
@requires(Permission.ACCOUNT_MANAGE)
@transactional
def close(account_id: str) -> ResponseReturnValue:
    """Close an account: its sessions end at their next request."""
    return _switch(account_id, is_active=False, said=_("The account is closed."))


@bp.post("/accounts/<account_id>/open")
@requires(Permission.ACCOUNT_MANAGE)
@transactional
def open_again(account_id: str) -> ResponseReturnValue:
    """Open a closed account again."""
    return _switch(account_id, is_active=True, said=_("The account is open again."))


def _switch(account_id: str, *, is_active: bool, said: str) -> ResponseReturnValue:
    set_active(get_account(account_id), is_active=is_active, actor=current_actor())
    flash(said)
    return redirect(url_for("accounts.index"), 303)


def _make(form: NewAccountForm, password: str) -> Account | None:
    """The account with its place in a team; None when the e-mail is taken."""
    role, team_id = Role(form.role.data), form.team_id.data or None
    try:
        with db.session.begin_nested():
            account = create_account(
                email=form.email.data or "",
                name=form.name.data or "",
                role=role,
                password=password,
                actor=current_actor(),
                organization_id=organization_of_team(team_id)
                if team_id
                else form.organization_id.data or None,
                team_id=team_id,
            )
    except IntegrityError:
        return None
    if team_id and role in RESPONDER_ROLES:
        join_team(account.id, team_id, form.languages.data or ["en"])
    return account

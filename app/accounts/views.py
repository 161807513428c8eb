"""Signing in and out, and the public page that says who can see what."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user, logout_user

from app.accounts import sign_in as signing_in
from app.accounts.access import current_actor, public, requires
from app.accounts.attempts import TooManyAttempts
from app.accounts.forms import SignInForm
from app.accounts.labels import PERMISSION_LABELS, ROLE_LABELS, SCOPE_LABELS
from app.accounts.permissions import TABLE, Permission, Role
from app.audit.catalogue import What
from app.audit.trail import record
from app.foundation import clock
from app.foundation.db import transactional
from app.foundation.pages import safe_next

bp = Blueprint("accounts", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@transactional
def sign_in() -> ResponseReturnValue:
    """Sign a person in; say the same whether the e-mail or the password was wrong."""
    form, status = SignInForm(), 200
    if form.validate_on_submit():
        try:
            account = signing_in.sign_in(
                form.email.data or "",
                form.password.data or "",
                address=request.remote_addr or "",
                now=clock.now(),
            )
        except TooManyAttempts as wait:
            form.password.errors, status = [str(wait)], wait.status
        else:
            if account:
                session.clear()
                login_user(account)
                return redirect(safe_next(url_for("start.first_screen")))
            form.password.errors = [_("E-mail and password do not fit together. Check both.")]
    return render_template("accounts/sign_in.html", form=form), status


@bp.post("/sign-out")
@requires(Permission.OWN_ACCOUNT)
@transactional
def sign_out() -> ResponseReturnValue:
    actor = current_actor()
    record(What.ACCOUNT_SIGNED_OUT, actor=actor, subject_type="account", subject_id=actor.id)
    logout_user()
    session.clear()
    answer = redirect(url_for("accounts.sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.get("/who-can-see-what")
@public
def who_can_see_what() -> ResponseReturnValue:
    """The permission table in words, made from the table that the doors read."""
    return render_template(
        "accounts/who_can_see_what.html",
        table=TABLE,
        roles=list(Role),
        role_labels=ROLE_LABELS,
        permission_labels=PERMISSION_LABELS,
        scope_labels=SCOPE_LABELS,
    )

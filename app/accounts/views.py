"""Signing in and out, and the public page that says who can see what."""

from flask import Blueprint, current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import (
    grant_views,
    invitation_views,
    notice_views,
    password_views,
    recovery_views,
    session_views,
    step_views,
    way_views,
)
from app.accounts.access import current_actor, enter, own_session, public, requires
from app.accounts.attempts import TooManyAttempts
from app.accounts.cookies import forget_secret, keep_for_five_minutes, origin_for
from app.accounts.forms import PasskeyForm, SignInForm
from app.accounts.labels import GROUPS, PERMISSION_LABELS, ROLE_LABELS, SCOPE_LABELS
from app.accounts.models import Account
from app.accounts.permissions import TABLE, Permission
from app.accounts.session_actions import end_session
from app.accounts.session_rules import End, Way
from app.accounts.sign_in import check_password, record_half
from app.accounts.way_queries import ways_of
from app.audit.catalogue import What
from app.audit.trail import record
from app.foundation import clock
from app.foundation.db import only_posts_write, transactional
from app.foundation.pages import safe_next

bp = Blueprint("accounts", __name__)
for door in (
    step_views.bp,
    recovery_views.bp,
    invitation_views.bp,
    way_views.bp,
    password_views.bp,
    notice_views.bp,
    session_views.bp,
    grant_views.bp,
):
    bp.register_blueprint(door)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@only_posts_write
@transactional
def sign_in() -> ResponseReturnValue:
    """Sign a person in; say the same whether the e-mail or the password was wrong."""
    form, status = SignInForm(), 200
    if form.validate_on_submit():
        email = form.email.data or ""
        try:
            account = check_password(
                email, form.password.data or "", origin=origin_for(email), now=clock.now()
            )
        except TooManyAttempts as wait:
            form.password.errors, status = [str(wait)], wait.status
        else:
            if account:
                return _after_password(account)
            form.password.errors = [_("E-mail and password do not fit together. Check both.")]
    page = render_template(
        "accounts/sign_in.html", form=form, passkey_form=PasskeyForm(formdata=None), next=safe_next("")
    )
    return page, status


def _after_password(account: Account) -> ResponseReturnValue:
    """A password alone is enough in an invented city only; else a second step, or setting one up."""
    ways = ways_of(account)
    if current_app.extensions["settings"].is_demo and ways.app is None:
        enter(account, Way.PASSWORD)
        return redirect(safe_next(url_for("start.first_screen")))
    if ways.has_second_step:
        record_half(account)
        keep_for_five_minutes(step_views.HALF, account.id, clock.now())
        return redirect(url_for("accounts.steps.code", next=safe_next("") or None), 303)
    enter(account, Way.PASSWORD)
    return redirect(url_for("accounts.ways.index"), 303)


@bp.post("/sign-out")
@requires(Permission.OWN_ACCOUNT, limited=True)
@transactional
def sign_out() -> ResponseReturnValue:
    """End the sign-in, and have the browser forget every page; the device is known again next time."""
    actor = current_actor()
    end_session(own_session(), End.SIGNED_OUT, actor=actor)
    record(What.ACCOUNT_SIGNED_OUT, actor=actor, subject_type="account", subject_id=actor.id)
    forget_secret()
    answer = make_response(redirect(url_for("accounts.sign_in")))
    answer.headers["Clear-Site-Data"] = session_views.FORGET_PAGES
    return answer


@bp.get("/who-can-see-what")
@public
def who_can_see_what() -> ResponseReturnValue:
    """The permission table in words, made from the table that the doors read."""
    return render_template(
        "accounts/who_can_see_what.html",
        table=TABLE,
        groups=GROUPS,
        role_labels=ROLE_LABELS,
        permission_labels=PERMISSION_LABELS,
        scope_labels=SCOPE_LABELS,
    )

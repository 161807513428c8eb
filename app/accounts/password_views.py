"""A person changes their own password."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import own_session, requires
from app.accounts.attempts import TooManyAttempts
from app.accounts.cookies import forget_secret
from app.accounts.forms import ChangePasswordForm
from app.accounts.password_actions import EasyPassword, WrongPassword, change_password, renew_password
from app.accounts.permissions import Permission
from app.accounts.session_rules import may_renew
from app.accounts.sign_in_models import SignInSession
from app.foundation import clock
from app.foundation.db import only_posts_write, transactional

bp = Blueprint("passwords", __name__, url_prefix="/account/ways/password")


@bp.route("", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT, fresh=True, limited=True, secret=True)
@only_posts_write
@transactional
def change() -> ResponseReturnValue:
    """Another password, by the one of now. Who has forgotten it signs in with the new one."""
    row = own_session()
    renews = may_renew(row.way, is_limited=row.is_limited)
    if row.account.password_hash is None or (row.is_limited and not renews):
        return redirect(url_for("accounts.ways.index"), 303)
    form, status = ChangePasswordForm(asks_current=not renews), 200
    if form.validate_on_submit():
        try:
            return _renew(row, form) if renews else _change(row, form)
        except WrongPassword as problem:
            form.current.errors, status = [str(problem)], 422
        except TooManyAttempts as wait:
            form.current.errors, status = [str(wait)], wait.status
        except EasyPassword as problem:
            form.password.errors, status = [str(problem)], 422
    page = render_template("accounts/password.html", form=form, email=row.account.email, renews=renews)
    return page, 422 if form.errors and status == 200 else status


def _change(row: SignInSession, form: ChangePasswordForm) -> ResponseReturnValue:
    current, new = form.current.data or "", form.password.data or ""
    change_password(row.account, current, new, session_id=row.id, now=clock.now())
    flash(_("Your password is changed. Your other devices are signed out."))
    return redirect(url_for("accounts.ways.index"), 303)


def _renew(row: SignInSession, form: ChangePasswordForm) -> ResponseReturnValue:
    renew_password(row, form.password.data or "")
    forget_secret()
    flash(_("Your new password is set. Sign in with it now."))
    return redirect(url_for("accounts.sign_in"), 303)

"""The day a phone is lost: a recovery code with a second proof, or the wait for an admin's yes."""

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import enter, public
from app.accounts.attempts import TooManyAttempts
from app.accounts.cookies import device_now, origin_for
from app.accounts.forms import RecoveryForm
from app.accounts.recovery_actions import ask_admin, find_request, number_of, use_request
from app.accounts.recovery_models import RecoveryRequest, RecoveryState
from app.accounts.session_rules import Way
from app.accounts.sign_in import Recovered, check_recovery
from app.foundation import clock
from app.foundation.db import only_posts_write, transactional
from app.foundation.forms import Form

bp = Blueprint("recovery", __name__, url_prefix="/sign-in/recovery")
WAITING = "recovery_request"


@bp.route("", methods=["GET", "POST"])
@public
@only_posts_write
@transactional
def begin() -> ResponseReturnValue:
    """A recovery code stands in for what was lost; what is still there is asked for as well."""
    form, status = RecoveryForm(), 200
    if form.validate_on_submit():
        try:
            found = _check(form)
        except TooManyAttempts as wait:
            form.code.errors, status = [str(wait)], wait.status
        else:
            if found and found.is_proven:
                enter(found.account, Way.RECOVERY)
                return redirect(url_for("accounts.ways.index"), 303)
            if found:
                session[WAITING] = ask_admin(found.account, device=device_now())
                return redirect(url_for(".wait"), 303)
            form.code.errors = [
                _("This does not fit together, or the code was used already. Check everything you wrote.")
            ]
    return render_template("accounts/recovery.html", form=form), status


@bp.route("/waiting", methods=["GET", "POST"])
@public
@only_posts_write
@transactional
def wait() -> ResponseReturnValue:
    """How it stands with the admin's yes, and going on after it."""
    now, form = clock.now(), Form()
    request = _own_request()
    if request is None or request.state is RecoveryState.USED:
        return redirect(url_for(".begin"), 303)
    if request.state is RecoveryState.CONFIRMED and form.validate_on_submit():
        enter(use_request(request, now), Way.RECOVERY)
        return redirect(url_for("accounts.ways.index"), 303)
    return render_template(
        "accounts/recovery_waiting.html", form=form, request=request, number=number_of(request)
    )


def _own_request() -> RecoveryRequest | None:
    secret = session.get(WAITING)
    return find_request(secret, clock.now()) if isinstance(secret, str) else None


def _check(form: RecoveryForm) -> Recovered | None:
    email = form.email.data or ""
    return check_recovery(
        email,
        form.code.data or "",
        password=form.password.data or "",
        app_code=form.app_code.data or "",
        origin=origin_for(email),
        now=clock.now(),
    )

"""A person's own sign-ins: where they are, showing again that it is them, staying, and leaving at once."""

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import by_itself, current_actor, current_session, own_session, public, requires
from app.accounts.attempts import TooManyAttempts
from app.accounts.cookies import forget_secret
from app.accounts.endings import end_everywhere
from app.accounts.forms import PasskeyForm, VerifyForm
from app.accounts.labels import WAY_LABELS, shown_device
from app.accounts.passkeys import NotThisPasskey
from app.accounts.permissions import Permission
from app.accounts.session_actions import end_session, note_seen, note_verified
from app.accounts.session_queries import get_open_session, list_open_sessions
from app.accounts.session_rules import End, Way, seconds_left
from app.accounts.sign_in import check_code, check_own, check_own_password, tries_within
from app.accounts.sign_in_models import SignInSession
from app.accounts.step_views import ask_for_passkey, passkey_shown
from app.accounts.way_queries import ways_of
from app.accounts.way_rules import StillYou, still_you
from app.foundation import clock
from app.foundation.db import only_posts_write, transactional
from app.foundation.pages import safe_next

bp = Blueprint("sessions", __name__)
FORGET_ALL = '"cache", "cookies", "storage"'
FORGET_PAGES = '"cache", "storage"'
"""Not the cookies: a device that is known is not shut out by who guesses elsewhere."""


@bp.get("/account/devices")
@requires(Permission.OWN_ACCOUNT)
def index() -> ResponseReturnValue:
    """Where this person is signed in now; this device first."""
    here = own_session()
    rows = list_open_sessions(here.account_id, clock.now())
    return render_template(
        "accounts/devices.html",
        own_session=here,
        others=[row for row in rows if row.id != here.id],
        way_words=WAY_LABELS,
        shown_device=shown_device,
    )


@bp.post("/account/devices/<session_id>/end")
@requires(Permission.OWN_ACCOUNT)
@transactional
def end(session_id: str) -> ResponseReturnValue:
    """Sign another device out: it is out at its next request."""
    row = get_open_session(session_id, own_session().account_id)
    end_session(row, End.REVOKED, actor=current_actor())
    flash(_("That device is signed out."))
    return redirect(url_for(".index"), 303)


@bp.post("/account/devices/others/end")
@requires(Permission.OWN_ACCOUNT)
@transactional
def end_others() -> ResponseReturnValue:
    """Sign every other device out; what waits for an admin's yes ends too."""
    here = own_session()
    end_everywhere(here.account_id, End.REVOKED, actor=current_actor(), but=here.id)
    flash(_("All other devices are signed out."))
    return redirect(url_for(".index"), 303)


@bp.post("/verify/passkey/options")
@requires(Permission.OWN_ACCOUNT)
@transactional
def verify_options() -> ResponseReturnValue:
    """Ask for one of this person's passkeys."""
    account = own_session().account
    return ask_for_passkey(account.id, list(ways_of(account).working_passkeys))


@bp.route("/verify", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT, secret=True)
@only_posts_write
@transactional
def verify() -> ResponseReturnValue:
    """Ask a person to show again that it is them, and lead them back."""
    row, form, passkey_form = own_session(), VerifyForm(), PasskeyForm()
    asked, status = _asked_of(row), 200
    if form.validate_on_submit():
        try:
            way = _way_shown(row, asked, form, passkey_form)
        except (TooManyAttempts, NotThisPasskey) as refusal:
            form.form_errors, status = [str(refusal)], refusal.status
        else:
            if way:
                note_verified(row, way, actor=current_actor())
                flash(_("Thank you. Now do it once more."))
                return redirect(safe_next(url_for("start.first_screen")), 303)
            form.form_errors = [_("That does not fit. Try again.")]
    page = render_template(
        "accounts/verify.html",
        form=form,
        passkey_form=PasskeyForm(formdata=None),
        asked=asked,
        next=safe_next(""),
    )
    return page, status


def _asked_of(row: SignInSession) -> StillYou:
    ways = ways_of(row.account)
    return still_you(
        has_passkey=bool(ways.working_passkeys),
        has_app=ways.app is not None,
        has_password=ways.has_password,
        is_demo=current_app.extensions["settings"].is_demo,
    )


def _way_shown(
    row: SignInSession, asked: StillYou, form: VerifyForm, passkey_form: PasskeyForm
) -> Way | None:
    """By which way the person has shown that it is them; None when it was none."""
    now, account, tries = clock.now(), row.account, tries_within(row.id)
    code, password = form.code.data or "", form.password.data or ""
    if passkey_form.credential.data:
        if not check_own(account, tries=tries, now=now, fits=lambda: _fits_passkey(account.id, passkey_form)):
            raise NotThisPasskey
        return Way.PASSKEY
    if asked.password and password and (code or not asked.code):
        fits = check_own_password(
            account, password, tries=tries, now=now, code=code if asked.is_both else None
        )
        return (Way.TOTP if asked.is_both else Way.PASSWORD) if fits else None
    if asked.code and code and not asked.password:
        return Way.TOTP if check_code(account, code, tries=tries, now=now) else None
    return None


def _fits_passkey(account_id: str, form: PasskeyForm) -> bool:
    try:
        if not form.validate():
            return False
        passkey_shown(account_id, form.credential.data or "")
    except NotThisPasskey:
        return False
    return True


@bp.get("/account/back")
@requires(Permission.OWN_ACCOUNT, limited=True)
def back() -> ResponseReturnValue:
    """Say that the other window can be gone back to: what was typed there waits to be sent."""
    return render_template("accounts/back.html")


@bp.get("/session/left")
@requires(Permission.OWN_ACCOUNT, limited=True)
@by_itself
def left() -> ResponseReturnValue:
    """How many seconds this sign-in holds when nothing more is seen of the person."""
    return {"left": seconds_of(own_session())}


@bp.post("/session/stay")
@requires(Permission.OWN_ACCOUNT, limited=True)
@transactional
def stay() -> ResponseReturnValue:
    """The person is still there."""
    row = own_session()
    note_seen(row)
    return {"left": seconds_of(row)}


@bp.post("/leave")
@public
@transactional
def leave() -> ResponseReturnValue:
    """Leave at once: the sign-in ends, and the browser goes to a page that says nothing of us.

    By a header, since a browser does not let a form of ours lead to another site.
    """
    if row := current_session():
        end_session(row, End.LEFT, actor=current_actor())
    forget_secret()
    url = current_app.extensions["settings"].quick_exit_url
    answer = make_response(render_template("accounts/left.html", url=url))
    answer.headers["Refresh"] = f"0; url={url}"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Clear-Site-Data"] = FORGET_ALL
    return answer


def seconds_of(row: SignInSession) -> int:
    """How many seconds a sign-in holds when nothing more is seen of the person."""
    return seconds_left(
        made_at=row.made_at, last_seen_at=row.last_seen_at, is_limited=row.is_limited, now=clock.now()
    )

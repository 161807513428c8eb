"""Signing in by passkey, and by the code that follows a password."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import passkeys
from app.accounts.access import enter, public
from app.accounts.attempts import ADDRESS_LIMIT, TooManyAttempts, note_failure, require_few_failures
from app.accounts.cookies import find_kept, origin_for
from app.accounts.forms import CodeForm, PasskeyForm, SignInForm
from app.accounts.models import Account
from app.accounts.session_rules import Way
from app.accounts.sign_in import check_code, check_own_recovery, record_refusal, tries_after_password
from app.accounts.sign_in_models import Passkey
from app.accounts.way_queries import find_app
from app.accounts.way_rules import is_app_code
from app.foundation import clock
from app.foundation.db import db, only_posts_write, transactional
from app.foundation.origins import origin_of
from app.foundation.pages import safe_next

bp = Blueprint("steps", __name__, url_prefix="/sign-in")
HALF = "password_was_right"
CHALLENGE = "challenge"
QUESTION_LIMIT = 300
"""How often one address asks for a passkey in a quarter of an hour: everybody of a shelter, and again."""


def site() -> passkeys.Site:
    """Where our passkeys are for."""
    return passkeys.Site.at(current_app.extensions["settings"].public_url)


def ask_for_passkey(account_id: str | None, known: list[Passkey]) -> Response:
    """What the browser is to sign with a passkey; the question is remembered for this browser alone."""
    asked = passkeys.new_challenge(account_id, clock.now())
    session[CHALLENGE] = asked.id
    return Response(passkeys.options_to_show(known, asked.challenge, site()), mimetype="application/json")


def passkey_shown(account_id: str | None, credential: str) -> Passkey:
    """The passkey that has answered our question to this browser; else `NotThisPasskey`.

    Whoever calls this commits also when it raises: a question is asked once.
    """
    now = clock.now()
    challenge = passkeys.take_challenge(str(session.pop(CHALLENGE, "")), account_id, now)
    passkey = passkeys.find_shown(credential)
    if passkey is None or account_id not in {None, passkey.account_id}:
        raise passkeys.NotThisPasskey
    passkeys.check_shown(passkey, credential, challenge, site(), now)
    return passkey


@bp.post("/passkey/options")
@public
@transactional
def passkey_options() -> ResponseReturnValue:
    """Ask for a passkey of anybody: it says itself whose it is. Each question is a row, so it counts."""
    now, address = clock.now(), origin_of(request.remote_addr)
    require_few_failures(now, passkey_question=(address, QUESTION_LIMIT))
    note_failure(now, passkey_question=address)
    return ask_for_passkey(None, [])


@bp.post("/passkey")
@public
@transactional
def passkey() -> ResponseReturnValue:
    """Sign a person in by their passkey alone: their device has asked them for a finger, a face or a code."""
    form, now, address = PasskeyForm(), clock.now(), origin_of(request.remote_addr)
    try:
        require_few_failures(now, passkey_address=(address, ADDRESS_LIMIT))
        account = _whose_passkey(form)
    except (passkeys.NotThisPasskey, TooManyAttempts) as problem:
        if isinstance(problem, passkeys.NotThisPasskey):
            note_failure(now, passkey_address=address)
            record_refusal("passkey")
        page = render_template(
            "accounts/sign_in.html",
            form=SignInForm(formdata=None),
            passkey_form=form,
            problem=str(problem),
            next=safe_next(""),
        )
        return page, problem.status
    enter(account, Way.PASSKEY)
    return redirect(safe_next(url_for("start.first_screen")), 303)


def _whose_passkey(form: PasskeyForm) -> Account:
    if not form.validate_on_submit():
        raise passkeys.NotThisPasskey
    shown = passkey_shown(None, form.credential.data or "")
    account = db.session.get_one(Account, shown.account_id)
    if not account.is_active:
        raise passkeys.NotThisPasskey
    return account


@bp.route("/code", methods=["GET", "POST"])
@public
@only_posts_write
@transactional
def code() -> ResponseReturnValue:
    """The second step: a code of the app, or a recovery code, within five minutes of the password."""
    now = clock.now()
    account_id = find_kept(HALF, now)
    account = db.session.get(Account, account_id) if account_id else None
    if account is None or not account.is_active:
        return redirect(url_for("accounts.sign_in", next=safe_next("") or None), 303)
    form, status = CodeForm(), 200
    if form.validate_on_submit():
        typed = form.code.data or ""
        way = Way.TOTP if is_app_code(typed) else Way.RECOVERY
        check = check_code if way is Way.TOTP else check_own_recovery
        tries = tries_after_password(account, origin_for(account.email))
        try:
            if check(account, typed, tries=tries, now=now):
                enter(account, way)
                return redirect(safe_next(url_for("start.first_screen")), 303)
            form.code.errors = [_("This code does not fit, or it was used already.")]
        except TooManyAttempts as wait:
            form.code.errors, status = [str(wait)], wait.status
    page = render_template("accounts/code.html", form=form, has_app=find_app(account) is not None)
    return page, status

"""A person's own ways to sign in: passkeys, an app with codes, recovery codes."""

import segno
from flask import Blueprint, Response, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import app_actions, passkeys, way_actions
from app.accounts.access import enter, own_session, requires
from app.accounts.cookies import device_now
from app.accounts.forms import AppForm, NewPasskeyForm
from app.accounts.labels import shown_device
from app.accounts.models import Account
from app.accounts.password_actions import EasyPassword
from app.accounts.permissions import Permission
from app.accounts.recovery_codes import DrawnCodes
from app.accounts.session_rules import Way, may_renew
from app.accounts.step_views import CHALLENGE, site
from app.accounts.way_queries import get_passkey, ways_of
from app.accounts.way_rules import app_address
from app.foundation import clock
from app.foundation.db import only_posts_write, transactional

bp = Blueprint("ways", __name__, url_prefix="/account/ways")
_OWN = requires(Permission.OWN_ACCOUNT, fresh=True, limited=True, secret=True)


@bp.get("/")
@_OWN
def index() -> ResponseReturnValue:
    """The ways this person has, and what they may add."""
    return _page(NewPasskeyForm(formdata=None, name=shown_device(device_now())))


@bp.post("/passkeys/options")
@_OWN
@transactional
def passkey_options() -> ResponseReturnValue:
    """Ask the person's device to make a passkey."""
    account = own_session().account
    known = ways_of(account).working_passkeys
    asked = passkeys.new_challenge(account.id, clock.now())
    session[CHALLENGE] = asked.id
    options = passkeys.options_to_make(account, known, asked.challenge, site())
    return Response(options, mimetype="application/json")


@bp.post("/passkeys")
@_OWN
@transactional
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey that the device has made."""
    row, form = own_session(), NewPasskeyForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    codes = way_actions.draw_first_codes(row.account)
    try:
        challenge = passkeys.take_challenge(str(session.pop(CHALLENGE, "")), row.account_id, clock.now())
        way_actions.add_passkey(
            row.account,
            form.credential.data or "",
            name=form.name.data or "",
            challenge=challenge,
            site=site(),
            session_id=row.id,
        )
    except passkeys.NotThisPasskey as problem:
        form.name.errors = [str(problem)]
        return _page(form, problem.status)
    return _added(row.account, Way.PASSKEY, _("This passkey signs you in from now on."), codes)


@bp.post("/passkeys/<passkey_id>/remove")
@_OWN
@transactional
def remove_passkey(passkey_id: str) -> ResponseReturnValue:
    """Take a passkey away."""
    row = own_session()
    way_actions.remove_passkey(row.account, get_passkey(passkey_id, row.account), session_id=row.id)
    return _removed(_("The passkey is removed. Your other devices are signed out."))


@bp.route("/app", methods=["GET", "POST"])
@_OWN
@only_posts_write
@transactional
def app() -> ResponseReturnValue:
    """Set up an app that shows codes, with its first code. One that the person had makes way for it."""
    row = own_session()
    account = row.account
    form = AppForm(asks_password=account.password_hash is None)
    offer = app_actions.read_offer(account, form.offer.data or "") or app_actions.offer_app(account)
    if form.validate_on_submit():
        password = form.password.data if "password" in form else None
        code, codes = form.code.data or "", way_actions.draw_first_codes(account)
        try:
            app_actions.confirm_app(account, offer, code, password=password, session_id=row.id)
        except app_actions.WrongCode as problem:
            form.code.errors = [str(problem)]
        except EasyPassword as problem:
            form.password.errors = [str(problem)]
        else:
            said = _("Your app signs you in from now on, with your password.")
            return _added(account, Way.TOTP, said, codes)
    form.offer.data = offer.sealed
    secret, picture = offer.secret, segno.make(app_address(offer.secret, account.email), micro=False)
    page = render_template(
        "accounts/app.html",
        form=form,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture=picture.svg_data_uri(scale=5, border=2, dark="#000", light="#fff"),
        has_app=ways_of(account).app is not None,
    )
    return page, 422 if form.errors else 200


@bp.post("/app/remove")
@_OWN
@transactional
def remove_app() -> ResponseReturnValue:
    """Take the app away."""
    row = own_session()
    app_actions.remove_app(row.account, session_id=row.id)
    return _removed(_("The app is removed. Your other devices are signed out."))


@bp.post("/recovery")
@requires(Permission.OWN_ACCOUNT, fresh=True)
@transactional
def make_codes() -> ResponseReturnValue:
    """Make new recovery codes, shown on this answer only."""
    row = own_session()
    codes = way_actions.make_recovery_codes(row.account, session_id=row.id)
    return render_template("accounts/recovery_codes.html", codes=codes), 201


def _added(account: Account, way: Way, said: str, first_codes: DrawnCodes | None) -> ResponseReturnValue:
    """A limited sign-in becomes a whole one; whoever has no recovery codes gets them now."""
    if own_session().is_limited:
        enter(account, way)
    flash(said)
    if first_codes is None:
        return redirect(url_for(".index"), 303)
    codes = way_actions.keep_codes(account, first_codes, session_id=own_session().id)
    return render_template("accounts/recovery_codes.html", codes=codes), 201


def _removed(said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for(".index"), 303)


def _page(form: NewPasskeyForm, status: int = 200) -> ResponseReturnValue:
    row = own_session()
    page = render_template(
        "accounts/ways.html",
        form=form,
        ways=ways_of(row.account),
        own_session=row,
        may_renew=may_renew(row.way, is_limited=row.is_limited),
    )
    return page, status

"""The page that an invitation leads to.

The link carries its secret after a #, which a browser sends to nobody: not to us, not to a proxy's log,
not to another site. A script on the page puts it into the form; without one a person pastes it.
"""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import enter, public
from app.accounts.forms import InvitationForm
from app.accounts.invitation_actions import NoInvitation, NotConfirmedYet, open_invitation
from app.accounts.session_rules import Way
from app.foundation import clock
from app.foundation.db import only_posts_write, transactional

bp = Blueprint("invitations", __name__)


@bp.route("/invitation", methods=["GET", "POST"])
@public
@only_posts_write
@transactional
def begin() -> ResponseReturnValue:
    """Exchange an invitation, once, for a short sign-in that only sets up how this person signs in."""
    form, status = InvitationForm(), 200
    if form.validate_on_submit():
        try:
            account = open_invitation((form.secret.data or "").rpartition("#")[2], now=clock.now())
        except (NoInvitation, NotConfirmedYet) as refusal:
            form.secret.errors, status = [str(refusal)], refusal.status
        else:
            enter(account, Way.INVITATION)
            return redirect(url_for("accounts.ways.index"), 303)
    return render_template("accounts/invitation.html", form=form), status

"""What is destroyed when, for the office and for everybody; and legal holds, which take two people."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.access import current_actor, public, requires
from app.accounts.permissions import Permission, may
from app.accounts.queries import names_of
from app.foundation import clock
from app.foundation.db import transactional
from app.foundation.errors import DomainError
from app.foundation.forms import ActForm
from app.vault import hold_actions, hold_queries, kept_labels, labels, sweep, upcoming
from app.vault.forms import HoldForm
from app.vault.hold_models import HoldReason, HoldState
from app.vault.retention import KEPT_BACKUPS, KEPT_KEY_FILES, RULES

bp = Blueprint("retention", __name__)


@bp.get("/retention")
@requires(Permission.RETENTION_READ)
def index() -> ResponseReturnValue:
    """How many records of each kind go on which day, what is overdue, and what is held."""
    now = clock.now()
    ahead = upcoming.look_ahead(now)
    return render_template(
        "vault/index.html",
        ahead=ahead,
        days=[day for day in upcoming.days_ahead(now) if any(one.by_day[day] for one in ahead)],
        today=upcoming.days_ahead(now)[0],
        overdue=sum(one.overdue for one in ahead),
        is_late=sweep.is_late(now),
        rules=RULES,
        labels=kept_labels,
        may_hold=may(current_user.role, Permission.HOLD_MANAGE),
    )


@bp.get("/what-we-keep")
@public
def what_we_keep() -> ResponseReturnValue:
    """The retention table in plain words, made from the table that the program obeys."""
    return render_template(
        "vault/what_we_keep.html",
        rules=RULES,
        labels=kept_labels,
        key_days=KEPT_KEY_FILES.days,
        backup_days=KEPT_BACKUPS.days,
    )


@bp.get("/retention/holds")
@requires(Permission.RETENTION_READ)
def holds() -> ResponseReturnValue:
    """All legal holds, the newest first."""
    page = hold_queries.list_holds(request.args.get("page", 1, type=int))
    people = {step.by_id for hold in page.items for step in hold.steps}
    return render_template(
        "vault/holds.html",
        page=page,
        names=names_of(people),
        now=clock.now(),
        labels=labels,
        may_hold=may(current_user.role, Permission.HOLD_MANAGE),
    )


@bp.route("/retention/holds/new", methods=["GET", "POST"])
@requires(Permission.HOLD_MANAGE, fresh=True)
@transactional
def propose() -> ResponseReturnValue:
    """Propose a hold on exactly named records."""
    form = HoldForm()
    if form.validate_on_submit():
        wanted = form.wanted()
        try:
            hold_actions.propose(
                wanted.pop("subject"),
                wanted.pop("ids"),
                reason=HoldReason(wanted.pop("reason")),
                actor=current_actor(),
                **wanted,
            )
        except DomainError as refused:
            form.ids.errors = [str(refused)]
        else:
            flash(_("Proposed. Nothing is held until a second person confirms it."), "due")
            return redirect(url_for(".holds"))
    return render_template("vault/hold_new.html", form=form), 422 if form.errors else 200


@bp.post("/retention/holds/<hold_id>/confirm")
@requires(Permission.HOLD_MANAGE, fresh=True)
@transactional
def confirm(hold_id: str) -> ResponseReturnValue:
    """The second person's yes: from now on the sweep leaves these records out."""
    return _move(hold_id, HoldState.HELD, _("Held until its end, or until two people release it."))


@bp.post("/retention/holds/<hold_id>/drop")
@requires(Permission.HOLD_MANAGE, fresh=True)
@transactional
def drop(hold_id: str) -> ResponseReturnValue:
    """A proposal that nobody wants to confirm."""
    return _move(hold_id, HoldState.DROPPED, _("Dropped. It stays on record."))


@bp.post("/retention/holds/<hold_id>/propose-release")
@requires(Permission.HOLD_MANAGE, fresh=True)
@transactional
def propose_release(hold_id: str) -> ResponseReturnValue:
    """The first half of a release."""
    return _move(
        hold_id,
        HoldState.RELEASE_PROPOSED,
        _("Release proposed. It is held until a second person releases it."),
    )


@bp.post("/retention/holds/<hold_id>/release")
@requires(Permission.HOLD_MANAGE, fresh=True)
@transactional
def release(hold_id: str) -> ResponseReturnValue:
    """The second half: what is due by then goes with the next sweep."""
    return _move(hold_id, HoldState.RELEASED, _("Released. What is due goes within the hour."))


def _move(hold_id: str, to: HoldState, said: str) -> ResponseReturnValue:
    hold = hold_queries.get_hold(hold_id)
    if ActForm().validate_on_submit():
        try:
            hold_actions.move(hold, to, actor=current_actor())
        except DomainError as refused:
            flash(str(refused), "due")
        else:
            flash(said)
    return redirect(url_for(".holds"))

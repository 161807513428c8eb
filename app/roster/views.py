"""The teams page: who is on shift, who is free, where coverage has nobody; and a responder's ties."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission, may
from app.assignments.queries import busy_account_ids
from app.audit.trail import Actor
from app.foundation import clock
from app.foundation.db import transactional
from app.foundation.i18n import choices
from app.places.queries import POLICE_DIVISION, list_areas
from app.roster import actions, queries
from app.roster.forms import ShiftForm, TieForm
from app.roster.lanes import Lane
from app.roster.models import Team
from app.roster.queries import Stand
from app.roster.rules import ShiftNotPossible
from app.routing.hours import Span
from app.routing.queries import forget_routes, gaps_of

bp = Blueprint("roster", __name__, url_prefix="/teams")

GAPS_AHEAD = timedelta(hours=24)
NEXT_SHOWN = 5


@dataclass(frozen=True)
class Sheet:
    """One team as the page shows it."""

    team: Team
    on_shift: Sequence[Stand]
    busy: frozenset[str]
    coming: Sequence[Stand]
    gaps: Sequence[Span]

    @property
    def free_count(self) -> int:
        return len({stand.account_id for stand in self.on_shift} - self.busy)


@bp.get("")
@requires(Permission.ROSTER_READ)
def teams() -> ResponseReturnValue:
    """Every team the person may see, as it stands now."""
    return _page(_shift_form(current_actor()))


@bp.post("/shifts")
@requires(Permission.SHIFT_MANAGE)
@transactional
def add_shift() -> ResponseReturnValue:
    """Put a person on shift."""
    actor = current_actor()
    form = _shift_form(actor)
    if form.validate_on_submit():
        try:
            actions.set_shift(form.account_id.data, *form.hours, actor=actor)
        except ShiftNotPossible as problem:
            form.ends_at.errors = [str(problem)]
        else:
            forget_routes()
            flash(_("The shift is set."))
            return redirect(url_for("roster.teams"))
    return _page(form)


@bp.post("/shifts/<shift_id>/end")
@requires(Permission.SHIFT_MANAGE)
@transactional
def end_shift(shift_id: str) -> ResponseReturnValue:
    """End a shift now, or take off one that has not begun."""
    actions.end_shift(shift_id, actor=current_actor())
    forget_routes()
    flash(_("The shift is ended."))
    return redirect(url_for("roster.teams"))


@bp.route("/ties", methods=["GET", "POST"])
@requires(Permission.ASSIGNMENT_WORK)
@transactional
def ties() -> ResponseReturnValue:
    """A responder's own list of areas they are not sent to."""
    actor, form = current_actor(), TieForm()
    form.area_id.choices = choices(
        {"": _("Choose an area"), **{area.id: area.name for area in list_areas(POLICE_DIVISION)}}
    )
    if form.validate_on_submit():
        actions.declare_tie(form.area_id.data, actor=actor)
        flash(_("Kept. You are not sent there."))
        return redirect(url_for("roster.ties"))
    return render_template("roster/ties.html", form=form, areas=queries.list_ties(actor.id))


@bp.post("/ties/<area_id>/withdraw")
@requires(Permission.ASSIGNMENT_WORK)
@transactional
def withdraw_tie(area_id: str) -> ResponseReturnValue:
    """The ties are over."""
    actions.withdraw_tie(area_id, actor=current_actor())
    flash(_("Taken off. You may be sent there again."))
    return redirect(url_for("roster.ties"))


def _shift_form(actor: Actor) -> ShiftForm:
    form = ShiftForm()
    people = queries.list_shift_people(actor) if may(actor.role, Permission.SHIFT_MANAGE) else []
    form.account_id.choices = choices({"": _("Choose a person"), **{one.id: one.name for one in people}})
    return form


def _page(form: ShiftForm) -> str:
    actor, now = current_actor(), clock.now()
    return render_template(
        "roster/teams.html",
        sheets=_sheets(queries.list_teams(actor), now),
        watch=queries.list_watch(now)[:NEXT_SHOWN],
        form=form,
        may_set=may(actor.role, Permission.SHIFT_MANAGE),
    )


def _sheets(teams: Sequence[Team], now: datetime) -> list[Sheet]:
    stands, busy = queries.list_stands(teams, now), frozenset(busy_account_ids())
    gaps = gaps_of([team.id for team in teams if not team.phone], now, now + GAPS_AHEAD)
    return [
        Sheet(
            team=team,
            on_shift=[stand for stand in stands.get(team.id, ()) if stand.starts_at <= now],
            busy=busy,
            coming=[stand for stand in stands.get(team.id, ()) if stand.starts_at > now][:NEXT_SHOWN],
            gaps=gaps.get(team.id, ()),
        )
        for team in sorted(teams, key=lambda team: list(Lane).index(team.lane))
    ]

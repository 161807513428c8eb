"""Door: a resident asks for a mediator, in their own words and without an account."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from app import journey
from app.accounts.access import public
from app.accounts.floods import is_flood
from app.audit.trail import RESIDENT
from app.foundation import clock
from app.foundation.db import db, transactional
from app.foundation.origins import origin_of
from app.places.models import Area
from app.places.queries import NEIGHBORHOOD, get_area_by_slug
from app.referrals import queries
from app.referrals.forms import FLOOD_LIMIT, AskForm
from app.referrals.payloads import NewRequest

bp = Blueprint("referrals", __name__)


@bp.route("/ask", methods=["GET", "POST"])
@bp.route("/neighborhoods/<slug>/ask", methods=["GET", "POST"])
@public
@transactional
def ask(slug: str | None = None) -> ResponseReturnValue:
    """Ask for a mediator. What happens next, and by when, comes back; in danger, 911 comes first."""
    area = get_area_by_slug(NEIGHBORHOOD, slug) if slug else None
    form = AskForm()
    if form.validate_on_submit():
        flood = is_flood("ask_address", origin_of(request.remote_addr), FLOOD_LIMIT, clock.now())
        return _show_asked(_send(form.request_in(area), is_flood=flood), form, area)
    page = render_template("referrals/ask.html", form=form, area=area)
    return page, 422 if form.errors else 200


def _send(new: NewRequest, *, is_flood: bool) -> journey.Asked:
    try:
        return journey.ask_for_mediator(new, is_flood=is_flood, actor=RESIDENT)
    except IntegrityError:  # the same form came twice at once; the other one is kept
        db.session.rollback()
        return journey.ask_for_mediator(new, is_flood=is_flood, actor=RESIDENT)


def _show_asked(asked: journey.Asked, form: AskForm, area: Area | None) -> ResponseReturnValue:
    return render_template(
        "referrals/asked.html",
        asked=asked,
        area=area,
        read_by=queries.get_any(asked.referral_id).clock_due_at,
        is_couple=form.couple.data == "yes",
    )

"""The front door: find your neighborhood, its three doors, its plan; and the plans in work."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, public, requires
from app.accounts.permissions import Permission
from app.foundation import clock
from app.foundation.db import transactional
from app.foundation.errors import NotFound
from app.inputs.labels import ANSWER_LABELS
from app.inputs.queries import list_said_and_did
from app.maps.city import city_map, map_around
from app.places.models import Area
from app.places.queries import NEIGHBORHOOD, get_area_by_slug, list_areas
from app.plans import actions, desk_views, labels, queries, rules
from app.plans.finding import find_by_name
from app.plans.forms import PlanForm
from app.plans.payloads import PlanContent
from app.plans.reading import tally

_BEHIND_DOORS = {"plan": "plans.plan", "tell": "inputs.tell"}

bp = Blueprint("plans", __name__)
bp.register_blueprint(desk_views.bp)
bp.record_once(
    lambda state: state.app.jinja_env.globals.update(plan_labels=labels, answer_labels=ANSWER_LABELS)
)


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """Which neighborhood is yours? By name, on the map, or from the list."""
    return render_template(
        "plans/home.html",
        city=city_map(),
        with_plan=queries.list_areas_with_plan(),
        said=list_said_and_did(limit=3),
    )


@bp.get("/neighborhoods")
@public
def find() -> ResponseReturnValue:
    """The neighborhood of a name; several to choose from; or what to do when there is none.

    `to` is the door somebody came by: they need not choose it again.
    """
    asked, to = request.args.get("name", "").strip()[:120], request.args.get("to", "")
    there = _BEHIND_DOORS.get(to, "plans.neighborhood")
    city = city_map()
    found = find_by_name(city.areas, asked)
    if len(found) == 1:
        return redirect(url_for(there, slug=found[0].slug))
    return render_template(
        "plans/find.html",
        asked=asked,
        found=found,
        areas=city.areas,
        to=to if to in _BEHIND_DOORS else None,
        there=there,
    )


@bp.get("/neighborhoods/<slug>")
@public
def neighborhood(slug: str) -> ResponseReturnValue:
    """Three doors: read the plan, tell us something, ask for a mediator."""
    area = get_area_by_slug(NEIGHBORHOOD, slug)
    return render_template(
        "plans/neighborhood.html",
        area=area,
        shown=queries.find_public_plan(area.id),
        drawing=map_around(area),
        said=list_said_and_did(area.id, limit=3),
    )


@bp.get("/neighborhoods/<slug>/plan")
@bp.get("/neighborhoods/<slug>/plan/<int:number>")
@public
def plan(slug: str, number: int | None = None) -> ResponseReturnValue:
    """What residents read: the plan open for comment, the adopted one, or one of its versions."""
    area = get_area_by_slug(NEIGHBORHOOD, slug)
    shown = queries.find_public_plan(area.id)
    if shown is None:
        return render_template("plans/no_plan.html", area=area, drawing=map_around(area))
    return render_template("plans/plan.html", **_plan_page(area, shown, number))


@bp.get("/plans/")
@requires(Permission.PLAN_WRITE)
def work() -> ResponseReturnValue:
    """The plans in work, those not adopted first."""
    page = queries.list_plans(current_actor(), request.args.get("page", 1, type=int))
    return render_template("plans/work.html", page=page)


@bp.route("/plans/new", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
@transactional
def new() -> ResponseReturnValue:
    """Begin the plan of a neighborhood."""
    form = PlanForm()
    form.offer(list_areas(NEIGHBORHOOD))
    if form.validate_on_submit():
        try:
            begun = actions.begin_plan(**_told(form), actor=current_actor())
        except actions.AlreadyThere as refusal:
            form.from_year.errors = [str(refusal)]
        else:
            flash(_("The plan is begun. Nobody outside can read it yet."))
            return redirect(url_for(".desk.show", plan_id=begun.id))
    return render_template("plans/new.html", form=form)


def _told(form: PlanForm) -> dict[str, Any]:
    return {
        "area_id": form.area.data,
        "title": form.title.data,
        "from_year": form.from_year.data,
        "to_year": form.to_year.data,
    }


def _plan_page(area: Area, shown: queries.PublicPlan, number: int | None) -> dict[str, Any]:
    versions = queries.list_versions(shown.plan)
    chosen = next((one for one in versions if one.number == number), None)
    if number is not None and chosen is None:
        raise NotFound
    content = PlanContent.from_json(chosen.content) if chosen else shown.content
    today = rules.day_of(clock.now())
    return {
        "area": area,
        "shown": shown,
        "content": content,
        "version": chosen or shown.version,
        "versions": versions,
        "tally": tally(content, queries.last_steps(shown.plan), today),
        "today": today,
        "drawing": map_around(area),
        "said": list_said_and_did(area.id),
    }

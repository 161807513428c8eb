"""The working map of cases: the page with its table, and the data that the map is drawn from."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission, Scope, scope_of
from app.audit.trail import Actor
from app.foundation.db import looking
from app.maps.outline import area_features
from app.maps.queries import MOST_CASES, Shown, list_rows, list_shown, precision_for
from app.maps.skeleton import LIBRARIES, STYLES, build_skeleton
from app.places.queries import POLICE_DIVISION, list_areas

bp = Blueprint("maps", __name__, url_prefix="/maps")


@bp.get("/cases")
@requires(Permission.CASE_MAP)
def case_map() -> ResponseReturnValue:
    """Open cases on a map, and the same rows as a table."""
    actor = current_actor()
    shown = list_rows(actor)
    return render_template(
        "maps/cases.html",
        shown=shown,
        is_cut=len(shown) == MOST_CASES,
        precision=precision_for(actor),
        opens=_opens(actor),
        skeleton=build_skeleton("cases"),
        libraries=LIBRARIES,
        styles=STYLES,
    )


@bp.get("/cases/skeleton.js")
@requires(Permission.CASE_MAP)
def skeleton() -> ResponseReturnValue:
    """The script that folium wrote: it starts an empty map."""
    return Response(build_skeleton("cases").script, mimetype="text/javascript")


@bp.get("/cases.json")
@requires(Permission.CASE_MAP)
@looking
def cases() -> ResponseReturnValue:
    """The open cases of this person, none more exactly than they may see them."""
    actor = current_actor()
    shown = list_shown(actor)
    opens = _opens(actor)
    return jsonify(cases=[_row(one, opens=opens) for one in shown], is_cut=len(shown) == MOST_CASES)


@bp.get("/areas.json")
@requires(Permission.CASE_MAP)
def areas() -> ResponseReturnValue:
    """The areas that are the ground of the map, as GeoJSON."""
    return jsonify(area_features(list_areas(POLICE_DIVISION)))


def _row(shown: Shown, *, opens: bool) -> dict[str, Any]:
    """What a map may know of a case. Every member is named here; nothing else leaves."""
    case = shown.case
    lat, lon = shown.point or (None, None)
    return {
        "title": case.title,
        "url": url_for("cases.show" if opens else "cases.header", case_id=case.id),
        "lane": case.lane.value,
        "area_id": case.area_id,
        "precision": shown.precision.value,
        "lat": lat,
        "lon": lon,
    }


def _opens(actor: Actor) -> bool:
    """Whether this person reads the cases they see on the map, or knows only that they are there."""
    return scope_of(actor.role, Permission.CASE_READ) is Scope.ASSIGNED

"""The pages of a case: the list, the case in its parts, names and place on purpose, closing."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import journey
from app.accounts.access import current_actor, requires
from app.accounts.labels import PERMISSION_LABELS, ROLE_LABELS
from app.accounts.permissions import Permission, Scope, may, scope_of
from app.audit.trail import Grounds
from app.cases import (
    actions,
    agreement_queries,
    agreement_views,
    consent_queries,
    consent_views,
    contact_queries,
    contact_views,
    emergency_views,
    labels,
    party_views,
    photo_queries,
    photo_rules,
    photo_views,
    queries,
    rules,
    story,
)
from app.cases.agreement_queries import OpenedAgreement
from app.cases.forms import CloseForm, SignsForm
from app.cases.models import Chance, ConflictCase, Outcome, Party, Payback, WeaponAsked
from app.foundation import clock
from app.foundation.db import looking, transactional
from app.foundation.errors import DomainError, NotFound
from app.maps.queries import draw_block_map

bp = Blueprint("cases", __name__, url_prefix="/cases")
for part_of_it in (
    contact_views.bp,
    party_views.bp,
    consent_views.bp,
    agreement_views.bp,
    photo_views.bp,
    emergency_views.bp,
):
    bp.register_blueprint(part_of_it)
_ALSO_ASKED = {"agreement": Permission.AGREEMENT_WORK, "photos": Permission.PHOTO_WORK}
"""Parts of a case that not everybody sees who reads it."""
bp.record_once(lambda state: state.app.jinja_env.globals.update(case_labels=labels))


@bp.get("/")
@requires(Permission.CASE_LIST)
def index() -> ResponseReturnValue:
    """The cases a person may know of: title, lane, area, state."""
    actor = current_actor()
    page = queries.list_cases(actor, request.args.get("page", 1, type=int))
    opens = scope_of(actor.role, Permission.CASE_READ) is Scope.ASSIGNED
    return render_template("cases/index.html", page=page, opens=opens)


@bp.get("/<case_id>/header")
@requires(Permission.CASE_LIST)
def header(case_id: str) -> ResponseReturnValue:
    """That a case is there, and where it stands; nothing that was said in it."""
    case = queries.get_header(case_id, seen_by=current_actor())
    return render_template(
        "cases/header.html",
        case=case,
        states=queries.list_states(case),
        hands=queries.list_assigned_names(case),
        asked_again=_asked_again(case),
        may_break_glass=case.is_open and may(current_actor().role, Permission.EMERGENCY_ASK),
    )


@bp.get("/<case_id>")
@bp.get("/<case_id>/<any(people, contacts, agreement, photos, looks):part>")
@requires(Permission.CASE_READ)
@looking
def show(case_id: str, part: str = "now") -> ResponseReturnValue:
    """A case, one part at a time. Each look is on the trail, and those assigned can read it there."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor)
    if part in _ALSO_ASKED and not may(actor.role, _ALSO_ASKED[part]):
        raise NotFound
    look = actions.look_at(case, part=part, actor=actor)
    return render_template(f"cases/{part}.html", **_parts(case, part, look))


@bp.post("/<case_id>/names")
@requires(Permission.PARTY_READ)
@transactional
def names(case_id: str) -> ResponseReturnValue:
    """The people with their real names, for this one page; the look is on the trail."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.PARTY_READ)
    identities = actions.show_names(case, actor=actor)
    shown = _shared(case, "people") | _people(case, None) | {"identities": identities}
    return render_template("cases/people.html", **shown)


@bp.post("/<case_id>/place")
@requires(Permission.PLACE_READ)
@transactional
def place(case_id: str) -> ResponseReturnValue:
    """The exact place, for this one page; the look is on the trail."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.PLACE_READ)
    return render_template("cases/place.html", case=case, place=actions.show_place(case, actor=actor))


@bp.route("/<case_id>/signs", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@transactional
def signs(case_id: str) -> ResponseReturnValue:
    """Judge the four signs of danger anew."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.CASE_WORK)
    form = SignsForm()
    if form.validate_on_submit():
        actions.note_signs(
            case,
            harm=Chance(form.harm.data),
            payback=Payback(form.payback.data),
            people_now=form.people_now.data or 0,
            weapon=WeaponAsked(form.weapon.data),
            actor=actor,
        )
        flash(_("Kept, with the day and your name."))
        return redirect(url_for(".show", case_id=case.id))
    return render_template("cases/signs.html", case=case, form=form)


@bp.route("/<case_id>/close", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@transactional
def close(case_id: str) -> ResponseReturnValue:
    """Close a case with how it ended. Closed is closed."""
    actor = current_actor()
    case = queries.get_case(case_id, seen_by=actor, permission=Permission.CASE_WORK)
    form = CloseForm()
    if form.validate_on_submit():
        try:
            journey.close_case(case, Outcome(form.outcome.data), actor=actor)
        except DomainError as refusal:
            form.outcome.errors = [str(refusal)]
        else:
            flash(_("%(title)s is closed.", title=case.title))
            return redirect(url_for(".index"))
    return render_template(
        "cases/close.html", case=case, form=form, ahead=contact_queries.list_follow_ups(case)
    )


def _parts(case: ConflictCase, part: str, look: Grounds) -> dict[str, Any]:
    """What every part of a case shows, and what this one shows."""
    return _shared(case, part) | _BUILD[part](case, look)


def _shared(case: ConflictCase, part: str) -> dict[str, Any]:
    now = clock.now()
    return {
        "case": case,
        "part": part,
        "today": rules.day_of(now),
        "parties": queries.list_parties(case),
        "contact_count": contact_queries.count_contacts(case),
        "hands": queries.list_assigned_names(case),
        "has_agreements": may(current_actor().role, Permission.AGREEMENT_WORK),
        "has_photos": may(current_actor().role, Permission.PHOTO_WORK),
        "identities": None,
    }


def _asked_again(case: ConflictCase) -> Sequence[Party]:
    """Who may take back a yes, for those who write it down after the close."""
    may_stop = not case.is_open and may(current_actor().role, Permission.FOLLOW_UP_STOP)
    return consent_queries.list_who_said_yes(case) if may_stop else ()


def _people(case: ConflictCase, _look: Grounds | None) -> dict[str, Any]:
    return {"words": consent_queries.latest_words(case)}


def _agreements(case: ConflictCase, look: Grounds) -> list[OpenedAgreement]:
    if not may(look.actor.role, Permission.AGREEMENT_WORK):
        return []
    return agreement_queries.list_agreements(case, look.under(Permission.AGREEMENT_WORK))


def _now(case: ConflictCase, look: Grounds) -> dict[str, Any]:
    contacts = contact_queries.list_contacts(case, look)
    follow_ups = contact_queries.list_follow_ups(case)
    today = rules.day_of(clock.now())
    return {
        "agreements": _agreements(case, look)[:1],
        "story": story.tell(contacts, queries.list_states(case)),
        "follow_ups": follow_ups,
        "next_act": rules.next_act(
            case.state, contact_count=len(contacts), due_on=[f.due_on for f in follow_ups], today=today
        ),
        "signs": queries.latest_signs(case),
        "drawing": draw_block_map(case, look),
    }


_BUILD: dict[str, Callable[[ConflictCase, Grounds], dict[str, Any]]] = {
    "now": _now,
    "people": _people,
    "contacts": lambda case, look: {
        "contacts": contact_queries.list_contacts(case, look),
        "follow_ups": contact_queries.list_follow_ups(case),
    },
    "agreement": lambda case, look: {"agreements": _agreements(case, look)},
    "photos": lambda case, look: {
        "photos": photo_queries.list_photos(case),
        "most": photo_rules.MOST_IN_A_CASE,
        "own_id": look.actor.id,
    },
    "looks": lambda case, _look: {
        "page": queries.list_looks(case, request.args.get("page", 1, type=int)),
        "role_words": ROLE_LABELS,
        "permission_words": PERMISSION_LABELS,
    },
}

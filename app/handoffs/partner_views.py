"""The inbox of a county partner: what was sent to them and is still agreed to, closed in two taps."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission
from app.directory.actions import say_capacity
from app.directory.labels import ROOM_LABELS
from app.directory.models import CapacityState
from app.directory.queries import get_service, list_services_of, rooms_of
from app.foundation import clock
from app.foundation.db import looking, transactional
from app.foundation.http import as_picture
from app.handoffs import actions, picture_actions, picture_queries, queries
from app.handoffs.forms import CapacityForm, OutcomeForm, RefuseForm
from app.handoffs.models import Handoff, Met, RefusalReason
from app.handoffs.standing import standing_of
from app.handoffs.views import bp

__all__ = ["bp"]

ONE_TAP: dict[str, Callable[..., None]] = {
    "accept": actions.accept,
    "waitlist": actions.put_on_waitlist,
    "first-contact": actions.note_first_contact,
}


def _sent_to_us(handoff_id: str) -> Handoff:
    return queries.get_for_partner(handoff_id, seen_by=current_actor())


@bp.get("/service-referrals/inbox")
@requires(Permission.HANDOFF_ANSWER)
def inbox() -> ResponseReturnValue:
    """What waits on this partner, oldest clock first, and whether their services have room."""
    actor, now = current_actor(), clock.now()
    page = queries.list_inbox(actor, request.args.get("page", 1, type=int))
    services = list_services_of(actor.organization_id)
    return render_template(
        "handoffs/inbox.html",
        page=page,
        standings=standing_of(page.items, now),
        services=services,
        rooms=rooms_of([each.id for each in services], now),
        room_labels=ROOM_LABELS,
        forms={each.id: CapacityForm(formdata=None, prefix=each.id) for each in services},
    )


@bp.get("/service-referrals/inbox/<handoff_id>")
@requires(Permission.HANDOFF_ANSWER)
@looking
def opened(handoff_id: str) -> ResponseReturnValue:
    """What the person agreed to share with this partner; asked again now, and on the trail."""
    handoff, now = _sent_to_us(handoff_id), clock.now()
    look = actions.look_at(handoff, Permission.HANDOFF_ANSWER, actor=current_actor())
    packet = queries.open_for_partner(handoff, look, now)
    return render_template(
        "handoffs/opened.html",
        handoff=handoff,
        packet=packet,
        pictures=picture_queries.list_shared(handoff, now),
        standing=standing_of([handoff], now)[handoff.id],
    )


@bp.get("/service-referrals/inbox/<handoff_id>/photos/<picture_id>")
@requires(Permission.PHOTO_READ)
@looking
def picture(handoff_id: str, picture_id: str) -> ResponseReturnValue:
    """One picture that the person's yes names, itself. The look is on the trail."""
    actor = current_actor()
    handoff = queries.get_for_partner(handoff_id, actor, Permission.PHOTO_READ)
    photo = picture_queries.get_shared(handoff, picture_id, clock.now())
    return as_picture(picture_actions.show_picture(handoff, photo, actor=actor))


@bp.post("/service-referrals/inbox/<handoff_id>/<any('accept', 'waitlist', 'first-contact'):act>")
@requires(Permission.HANDOFF_ANSWER)
@transactional
def answer(handoff_id: str, act: str) -> ResponseReturnValue:
    """One tap: yes, on the waitlist, or we met."""
    ONE_TAP[act](_sent_to_us(handoff_id), actor=current_actor())
    flash(_("Kept. The office sees it at once."))
    return redirect(url_for(".inbox"))


@bp.route("/service-referrals/inbox/<handoff_id>/refuse", methods=["GET", "POST"])
@requires(Permission.HANDOFF_ANSWER)
@transactional
def refuse(handoff_id: str) -> ResponseReturnValue:
    """No, and why; the office finds another service."""
    handoff, form = _sent_to_us(handoff_id), RefuseForm()
    if form.validate_on_submit():
        reason = RefusalReason(form.reason.data)
        actions.refuse(handoff, reason, actor=current_actor(), room_again_on=form.room_again_on.data)
        flash(_("Kept. The office finds another service."))
        return redirect(url_for(".inbox"))
    return render_template("handoffs/refuse.html", handoff=handoff, form=form)


@bp.route("/service-referrals/inbox/<handoff_id>/outcome", methods=["GET", "POST"])
@requires(Permission.HANDOFF_ANSWER)
@transactional
def outcome(handoff_id: str) -> ResponseReturnValue:
    """Whether the need was met; then the office closes."""
    handoff, form = _sent_to_us(handoff_id), OutcomeForm()
    if form.validate_on_submit():
        actions.note_outcome(handoff, Met(form.met.data), actor=current_actor())
        flash(_("Kept. Thank you for closing the loop."))
        return redirect(url_for(".inbox"))
    return render_template("handoffs/outcome.html", handoff=handoff, form=form)


@bp.post("/service-referrals/inbox/room/<service_id>")
@requires(Permission.HANDOFF_ANSWER)
@transactional
def say_room(service_id: str) -> ResponseReturnValue:
    """Say whether a service of ours can take people now."""
    service, form = get_service(service_id), CapacityForm(prefix=service_id)
    if form.validate_on_submit():
        say_capacity(service, CapacityState(form.state.data), form.places.data, actor=current_actor())
        flash(_("Kept. It counts for five days."))
    else:
        words = [str(message) for messages in form.errors.values() for message in messages]
        flash(" ".join(words), "error")
    return redirect(url_for(".inbox"))

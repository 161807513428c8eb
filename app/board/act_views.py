"""What a coordinator does with a call: accept, give back, offer, send, hear that dispatch has it.

Of two people who press at once one wins; the other is shown who was faster, and how the
call stands now.
"""

from collections.abc import Callable
from functools import wraps

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import journey
from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission
from app.assignments.help import answer_help
from app.assignments.labels import RANKING_LABELS
from app.assignments.queries import rank_responders
from app.board.forms import GiveBackForm, SendForm
from app.board.queries import is_offerable, last_move, strip_of
from app.board.views import bp as bp
from app.foundation import clock
from app.foundation.db import db, transactional
from app.foundation.errors import DomainError, Forbidden, NotFound
from app.referrals.models import State
from app.referrals.queries import get_referral
from app.referrals.transitions import WITH_US_STATES

CallView = Callable[[str], ResponseReturnValue]


def or_how_it_stands(view: CallView) -> CallView:
    """When the act is not possible any more: nothing is kept, and the page says how the call stands."""

    @wraps(view)
    def answered(referral_id: str) -> ResponseReturnValue:
        try:
            return view(referral_id)
        except (NotFound, Forbidden):
            raise
        except DomainError as refusal:
            db.session.rollback()
            return _how_it_stands(referral_id, refusal)

    return answered


def _how_it_stands(referral_id: str, refusal: DomainError) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    strip = strip_of(get_referral(referral_id, seen_by=actor), actor, now)
    move = last_move(referral_id)
    is_mine = move is not None and move.actor_id == actor.id
    page = render_template(
        "board/moved_on.html", strip=strip, move=move, is_mine=is_mine, refusal=str(refusal), now=now
    )
    return page, refusal.status


def _to_board(referral_id: str) -> ResponseReturnValue:
    return redirect(url_for("board.show", _anchor=f"r-{referral_id}"), 303)


@bp.post("/<referral_id>/accept")
@requires(Permission.REFERRAL_DECIDE)
@transactional
@or_how_it_stands
def accept(referral_id: str) -> ResponseReturnValue:
    """A named person says yes."""
    actor = current_actor()
    journey.accept(
        get_referral(referral_id, seen_by=actor, permission=Permission.REFERRAL_DECIDE), actor=actor
    )
    flash(_("You accepted. Dispatch is told your name and confirms."))
    return _to_board(referral_id)


@bp.post("/<referral_id>/offer")
@requires(Permission.REFERRAL_DECIDE)
@transactional
@or_how_it_stands
def offer(referral_id: str) -> ResponseReturnValue:
    """A coordinator has read a call in review and offers it to the team."""
    actor = current_actor()
    referral = get_referral(referral_id, seen_by=actor, permission=Permission.REFERRAL_DECIDE)
    if referral.state is State.IN_REVIEW and not is_offerable(referral):
        raise DomainError(_("No team covers this place now. Give the call back."))
    journey.offer(referral, actor=actor)
    flash(_("Offered. A person still has to accept it."))
    return _to_board(referral_id)


@bp.route("/<referral_id>/return", methods=["GET", "POST"])
@requires(Permission.REFERRAL_DECIDE)
@transactional
@or_how_it_stands
def give_back(referral_id: str) -> ResponseReturnValue:
    """Give a call back to dispatch, with the reason."""
    actor, now = current_actor(), clock.now()
    referral = get_referral(referral_id, seen_by=actor, permission=Permission.REFERRAL_DECIDE)
    form = GiveBackForm(referral)
    if form.validate_on_submit():
        journey.give_back(referral, form.reason.data, actor=actor)
        flash(_("Given back. Dispatch is told."))
        return _to_board(referral_id)
    return render_template(
        "board/give_back.html", strip=strip_of(referral, actor, now), form=form, now=now
    ), 422 if form.errors else 200


@bp.get("/<referral_id>/phone")
@requires(Permission.REFERRAL_DECIDE)
@or_how_it_stands
def phone(referral_id: str) -> ResponseReturnValue:
    """Dispatch has not acknowledged a hand-back: what to say on the telephone, and when we may let go."""
    actor, now = current_actor(), clock.now()
    referral = get_referral(referral_id, seen_by=actor, permission=Permission.REFERRAL_DECIDE)
    if referral.state is not State.HANDING_BACK:
        raise DomainError(_("This call is not on its way back."))
    return render_template("board/phone.html", strip=strip_of(referral, actor, now), now=now)


@bp.post("/<referral_id>/dispatch-has-it")
@requires(Permission.REFERRAL_DECIDE)
@transactional
@or_how_it_stands
def dispatch_has_it(referral_id: str) -> ResponseReturnValue:
    """A dispatcher has said that dispatch has the call: our duty ends, by a named person's word."""
    actor = current_actor()
    journey.acknowledge_hand_back(
        get_referral(referral_id, seen_by=actor, permission=Permission.REFERRAL_DECIDE), actor=actor
    )
    flash(_("Dispatch has it. Our duty is over."))
    return _to_board(referral_id)


@bp.post("/<referral_id>/stand-down")
@requires(Permission.REFERRAL_DECIDE)
@transactional
@or_how_it_stands
def stand_down(referral_id: str) -> ResponseReturnValue:
    """Dispatch took an accepted call back; a person has made sure that nobody of ours is in danger."""
    actor = current_actor()
    journey.agree_to_cancel(
        get_referral(referral_id, seen_by=actor, permission=Permission.REFERRAL_DECIDE), actor=actor
    )
    flash(_("The team stands down. Dispatch has the call."))
    return _to_board(referral_id)


@bp.route("/<referral_id>/send", methods=["GET", "POST"])
@requires(Permission.ASSIGNMENT_MAKE)
@transactional
@or_how_it_stands
def send(referral_id: str) -> ResponseReturnValue:
    """Choose who goes, among those of the team who may, best first with the reasons."""
    actor, now = current_actor(), clock.now()
    referral = get_referral(referral_id, seen_by=actor, permission=Permission.ASSIGNMENT_MAKE)
    if referral.state not in WITH_US_STATES:
        raise DomainError(_("Only a call that is ours can be given to a team."))
    ranked = rank_responders(referral.team_id or "", referral.language, referral.area_id, now)
    form = SendForm(ranked)
    if form.validate_on_submit():
        sent = journey.send_responder(referral, form.account_id.data, actor=actor)
        flash(_("%(name)s is asked to go.", name=sent.account.name))
        return _to_board(referral_id)
    return render_template(
        "board/send.html",
        strip=strip_of(referral, actor, now),
        form=form,
        ranked=ranked,
        ranking_words=RANKING_LABELS,
        now=now,
    ), 422 if form.errors else 200


@bp.post("/help/<call_id>/answer")
@requires(Permission.REFERRAL_DECIDE)
@transactional
def take_help(call_id: str) -> ResponseReturnValue:
    """Somebody has taken a call for help on themselves; it leaves every screen."""
    actor = current_actor()
    call = answer_help(call_id, actor=actor)
    if call.answered_by_id == actor.id:
        flash(_("You have the call for help of %(name)s. Reach them now.", name=call.account.name))
    else:
        flash(_("Somebody else has the call for help of %(name)s already.", name=call.account.name))
    return redirect(url_for("board.show"), 303)

"""The board and the page of one call: what stands where, whose turn it is, and why."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import by_itself, current_actor, requires
from app.accounts.permissions import Permission, may
from app.assignments.labels import STEP_LABELS
from app.board import labels, rules
from app.board.forms import GiveBackForm
from app.board.line import read_line
from app.board.map import HEIGHT, WIDTH, marks_of, outlines
from app.board.queries import acts_of, find_pressing, is_offerable, knows_reasons, read_board, strip_of
from app.board.rules import Act, Tone
from app.board.screening import read_call
from app.board.stamp import stamp_of, stamp_of_call
from app.cases.labels import LANGUAGE_LABELS
from app.delivery.queries import count_undelivered
from app.foundation import clock
from app.foundation.db import looking
from app.referrals.natures import NATURE_LABELS
from app.referrals.queries import get_referral
from app.roster.lanes import LANE_LABELS, Lane
from app.triage.labels import QUESTION_LABELS, REASON_LABELS, STATUS_LABELS

bp = Blueprint("board", __name__, url_prefix="/board")

_LANES = frozenset(Lane)


@bp.context_processor
def words() -> dict[str, object]:
    """What the templates of the board say things with."""
    return {
        "words": labels,
        "keys": rules.KEYS,
        "Act": Act,
        "Tone": Tone,
        "owners_shown": rules.owners_shown,
        "natures": NATURE_LABELS,
        "languages_spoken": LANGUAGE_LABELS,
        "reason_words": REASON_LABELS,
        "status_words": STATUS_LABELS,
        "step_words": STEP_LABELS,
        "question_words": QUESTION_LABELS,
    }


@bp.get("")
@requires(Permission.BOARD_READ)
def show() -> ResponseReturnValue:
    """The rack: every call with its owner, its clock and its next act, and the map beside it."""
    actor, now = current_actor(), clock.now()
    asked = request.args.get("lane", "")
    lane = Lane(asked) if asked in _LANES else None
    board = read_board(actor, now, lane)
    return render_template(
        "board/show.html",
        board=board,
        lane=lane,
        lanes=LANE_LABELS,
        line=read_line(now),
        now=now,
        stamp=stamp_of(actor, now),
        outlines=outlines(lane or Lane.MEDIATION, now),
        marks=marks_of(board.strips),
        map_size=(WIDTH, HEIGHT),
        may_answer_help=Act.ACCEPT in acts_of(actor),
        undelivered_count=count_undelivered() if may(actor.role, Permission.DELIVERY_MEND) else 0,
    )


@bp.get("/stamp")
@requires(Permission.BOARD_READ)
@by_itself
def stamp() -> ResponseReturnValue:
    """A few bytes that change when the board does; unchanged, only the status is sent."""
    return _stamped(stamp_of(current_actor(), clock.now()))


@bp.get("/pressing")
@requires(Permission.REFERRAL_DECIDE)
@by_itself
def pressing() -> ResponseReturnValue:
    """The call that is about to lapse, for the line on top of a coordinator's other pages."""
    referral = find_pressing(clock.now())
    if referral is None or referral.clock_due_at is None:
        return Response(status=204, mimetype="text/plain")
    what = str(NATURE_LABELS[referral.nature])
    return {
        "what": f"{what}, {referral.area.name}" if referral.area else what,
        "otherwise": str(labels.LAPSE_WORDS[referral.state]),
        "deadline": referral.clock_due_at.isoformat(),
        "url": url_for("board.screening", referral_id=referral.id),
    }


@bp.get("/<referral_id>/stamp")
@requires(Permission.BOARD_READ)
@by_itself
def stamp_of_one(referral_id: str) -> ResponseReturnValue:
    """The same for the page of one call."""
    return _stamped(stamp_of_call(get_referral(referral_id, seen_by=current_actor()).id))


@bp.get("/<referral_id>")
@requires(Permission.BOARD_READ)
@looking
def screening(referral_id: str) -> ResponseReturnValue:
    """One call: what dispatch told us, why it stands here, and the decision. The look is kept."""
    actor, now = current_actor(), clock.now()
    referral = get_referral(referral_id, seen_by=actor)
    strip = strip_of(referral, actor, now)
    return render_template(
        "board/screening.html",
        call=read_call(referral, seen_by=actor, now=now),
        strip=strip,
        acts=rules.acts_on_page(strip.turn, is_offerable=is_offerable(referral)),
        form=GiveBackForm(referral),
        knows_reasons=knows_reasons(actor),
        now=now,
        stamp=stamp_of_call(referral.id),
    )


def _stamped(value: str) -> Response:
    answer = Response(value, mimetype="text/plain")
    answer.set_etag(value, weak=True)
    answer.make_conditional(request)
    return answer

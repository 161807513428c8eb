"""Door: what could not be delivered, for a person to see and to send again."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission, may
from app.delivery import labels
from app.delivery.actions import send_again as give_another_attempt
from app.delivery.queries import list_undelivered
from app.foundation.db import transactional

bp = Blueprint("delivery", __name__, url_prefix="/delivery")


@bp.get("/undelivered")
@requires(Permission.DELIVERY_MEND)
def undelivered() -> ResponseReturnValue:
    """Messages that were given up on, the newest first: ids and codes, nothing of any person."""
    return render_template(
        "delivery/undelivered.html",
        page=list_undelivered(request.args.get("page", 1, type=int)),
        kind_words=labels.KIND_LABELS,
        problem_in_words=labels.problem_in_words,
        tell_by_phone=labels.TELL_BY_PHONE,
        may_see_calls=may(current_actor().role, Permission.BOARD_READ),
    )


@bp.post("/undelivered/<message_id>/send-again")
@requires(Permission.DELIVERY_MEND)
@transactional
def send_again(message_id: str) -> ResponseReturnValue:
    """One more attempt, now. If it fails, the message is back in the list."""
    if give_another_attempt(message_id, actor=current_actor()):
        flash(_("It is sent again now. If it fails, it is here again in a moment."))
    else:
        flash(_("It is not waiting for a person any more. Look at how it stands now."))
    return redirect(url_for("delivery.undelivered"), 303)

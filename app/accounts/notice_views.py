"""What happened to a person's own sign-in: the page, and saying that one has read it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import own_session, requires
from app.accounts.cookies import keep_read, read_mark
from app.accounts.labels import notice_words, shown_device
from app.accounts.notice_actions import mark_read
from app.accounts.notice_queries import list_notices
from app.accounts.permissions import Permission
from app.foundation.db import transactional
from app.foundation.ids import ID_LENGTH

bp = Blueprint("notices", __name__, url_prefix="/account/notices")


@bp.get("")
@requires(Permission.OWN_ACCOUNT)
def index() -> ResponseReturnValue:
    """What happened in the last 90 days, the newest first, and what to do when it was not oneself."""
    own = own_session()
    return render_template(
        "accounts/notices.html",
        page=list_notices(own.account_id, request.args.get("page", 1, type=int)),
        own=own,
        read=read_mark(own.account),
        words=notice_words,
        shown_device=shown_device,
    )


@bp.post("/read")
@requires(Permission.OWN_ACCOUNT)
@transactional
def read() -> ResponseReturnValue:
    """The person has read it on this device; it still stands on this page, and is new on the others."""
    row, up_to = own_session(), request.form.get("up_to", "")[:ID_LENGTH]
    keep_read(row.account, mark_read(row, read_mark(row.account), up_to=up_to))
    return redirect(url_for(".index"), 303)

"""Looking up a service: by word and kind, then everything one needs to go there."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import requires
from app.accounts.permissions import Permission
from app.directory.kinds import KIND_LABELS, ServiceKind
from app.directory.labels import ROOM_LABELS, STATUS_LABELS
from app.directory.queries import get_details, rooms_of, search_services
from app.foundation import clock

bp = Blueprint("directory", __name__, url_prefix="/services")

MOST_LETTERS = 80


@bp.get("/")
@requires(Permission.DIRECTORY_READ)
def index() -> ResponseReturnValue:
    """The services that run, narrowed by words and kind."""
    words = request.args.get("words", "")[:MOST_LETTERS]
    wanted = request.args.get("kind", "")
    kind = ServiceKind(wanted) if wanted in set(ServiceKind) else None
    page = search_services(words, kind, request.args.get("page", 1, type=int))
    return render_template(
        "directory/index.html",
        page=page,
        rooms=rooms_of([service.id for service in page.items], clock.now()),
        words=words,
        kind=kind,
        kind_labels=KIND_LABELS,
        room_labels=ROOM_LABELS,
    )


@bp.get("/<service_id>")
@requires(Permission.DIRECTORY_READ)
def show(service_id: str) -> ResponseReturnValue:
    """One service: what it gives, to whom, where, and whether there is room."""
    return render_template(
        "directory/show.html",
        details=get_details(service_id, clock.now()),
        kind_labels=KIND_LABELS,
        room_labels=ROOM_LABELS,
        status_labels=STATUS_LABELS,
    )

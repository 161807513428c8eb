"""The auditor's page: who did and who saw what, and whether the chain over it holds."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import requires
from app.accounts.labels import ROLE_LABELS
from app.accounts.permissions import Permission
from app.accounts.queries import names_of
from app.audit import fact_views
from app.audit.chain import verify_recent
from app.audit.forms import TrailFilter
from app.audit.labels import WHAT_LABELS
from app.audit.queries import list_entries

bp = Blueprint("audit_trail", __name__, url_prefix="/trail")


@bp.get("")
@requires(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    """The trail, newest first: acts and looks by id and code, never a person's words."""
    form = TrailFilter(formdata=request.args)
    page = list_entries(form.wanted(), request.args.get("page", 1, type=int))
    names = names_of(set().union(*(fact_views.accounts_in(entry) for entry in page.items)))
    return render_template(
        "audit/index.html",
        form=form,
        page=page,
        names=names,
        chain=verify_recent(),
        what_words=WHAT_LABELS,
        role_words=ROLE_LABELS,
        subject_words=fact_views.SUBJECT_LABELS,
        short_id=fact_views.short_id,
        facts=[fact_views.facts_in_words(entry, names) for entry in page.items],
    )

"""The auditor's pages: who did and who saw what, whether it still stands, and a sample to judge each week."""

from datetime import date, timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.access import current_actor, requires
from app.accounts.labels import PERMISSION_LABELS, ROLE_LABELS
from app.accounts.permissions import Permission
from app.accounts.queries import names_of
from app.audit import chain, fact_views, people, review_rules, reviews, witness
from app.audit.catalogue import What
from app.audit.forms import MarkForm, TrailFilter
from app.audit.labels import ACTOR_LABELS, VERDICT_LABELS, WHAT_LABELS
from app.audit.models import AuditEntry, Verdict
from app.audit.queries import list_entries
from app.audit.trail import record
from app.foundation import clock
from app.foundation.db import looking, transactional
from app.foundation.office import LOS_ANGELES

FIRST_YEAR = 2000
bp = Blueprint("audit_trail", __name__, url_prefix="/trail")
_SEEN_BY_MACROS = {
    "actor_labels": ACTOR_LABELS,
    "meant_by": people.meant_by,
    "is_forgotten": people.is_forgotten,
}
bp.record_once(lambda state: state.app.jinja_env.globals.update(_SEEN_BY_MACROS))


@bp.get("")
@requires(Permission.AUDIT_READ)
@looking
def index() -> ResponseReturnValue:
    """The trail, newest first: acts and looks by id and code, never a person's words. Reading it is one."""
    form, now = TrailFilter(formdata=request.args), clock.now()
    wanted = form.wanted()
    page = list_entries(wanted, request.args.get("page", 1, type=int))
    record(
        What.TRAIL_READ,
        actor=current_actor(),
        subject_type="trail",
        subject_id="trail",
        by=wanted.named or None,
    )
    oldest = chain.oldest_waiting()
    return render_template(
        "audit/index.html",
        form=form,
        wanted=wanted,
        page=page,
        chain=chain.verify(chain.RECENT),
        fits_newest=witness.fits_newest(),
        unlinked_seconds=max((now - oldest).total_seconds(), 0) if oldest else None,
        standing=witness.standing(current_app.extensions["settings"].witness_file),
        **_words([*page.items]),
    )


@bp.get("/review")
@requires(Permission.AUDIT_REVIEW)
@looking
def review() -> ResponseReturnValue:
    """The weekly sample: two of a hundred looks, each to be marked as fitting or to be asked about."""
    monday = _asked_week()
    sample = reviews.sample_of(monday, request.args.get("page", 1, type=int))
    record(What.TRAIL_READ, actor=current_actor(), subject_type="trail", subject_id="review")
    return render_template(
        "audit/review.html",
        monday=monday,
        sunday=monday + timedelta(days=6),
        week_before=monday - timedelta(days=7),
        sample=sample,
        verdict_words=VERDICT_LABELS,
        **_words([one.entry for one in sample.page.items]),
    )


@bp.route("/review/<week>/<entry_id>", methods=["GET", "POST"])
@requires(Permission.AUDIT_REVIEW)
@transactional
def mark(week: str, entry_id: str) -> ResponseReturnValue:
    """One look of the sample, and the auditor's mark on it with the reason."""
    monday, form = _week(week), MarkForm()
    sampled = reviews.get_sampled(entry_id, monday)
    if form.validate_on_submit():
        reviews.mark(sampled, Verdict(form.verdict.data), form.reason.data or "", actor=current_actor())
        flash(_("Kept, with the day and your name."), "good")
        return redirect(url_for(".review", week=monday.isoformat()), 303)
    record(What.TRAIL_READ, actor=current_actor(), subject_type="trail_entry", subject_id=sampled.entry.id)
    words = _words([sampled.entry])
    page = render_template(
        "audit/mark.html", monday=monday, sampled=sampled, form=form, verdict_words=VERDICT_LABELS, **words
    )
    return page, 422 if form.errors else 200


def _asked_week() -> date:
    return _week(request.args.get("week", ""))


def _week(text: str) -> date:
    """The Monday of the week that is asked for; of the last whole one where it is none, or not over."""
    last = review_rules.week_before(clock.now().astimezone(LOS_ANGELES).date())
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return last
    return min(review_rules.week_of(asked), last) if asked.year >= FIRST_YEAR else last


def _words(entries: list[AuditEntry]) -> dict[str, object]:
    """What stands beside entries in words: names, roles, permissions, subjects and facts."""
    names = names_of(set().union(*(fact_views.accounts_in(entry) for entry in entries)))
    return {
        "names": names,
        "what_words": WHAT_LABELS,
        "role_words": ROLE_LABELS,
        "permission_words": PERMISSION_LABELS,
        "subject_words": fact_views.SUBJECT_LABELS,
        "short_id": fact_views.short_id,
        "facts": [fact_views.facts_in_words(entry, names) for entry in entries],
    }

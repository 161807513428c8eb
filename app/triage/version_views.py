"""The office's versions of the policy: tried in shadow, approved by two, put in force, gone back from."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.access import current_actor, requires
from app.accounts.permissions import Permission, may
from app.foundation.db import let_go, reading, transactional
from app.foundation.errors import DomainError, NotFound
from app.foundation.forms import ActForm
from app.foundation.paging import page_of_list
from app.referrals.natures import NATURE_LABELS
from app.roster.lanes import LANE_LABELS
from app.triage import change_views, policy_labels, version_actions, version_queries, version_rules
from app.triage.call_files import words_of_labelled
from app.triage.labels import DECISION_LABELS, REASON_LABELS
from app.triage.policy_forms import WhyForm
from app.triage.version_models import PolicyVersion, ReplayStage, VersionState

bp = Blueprint("versions", __name__, url_prefix="/versions")
bp.register_blueprint(change_views.bp)
SAID_ON_ITS_PAGE = (
    version_rules.NotReady,
    version_rules.NothingChanged,
    version_rules.ApprovedAlready,
    version_rules.DoesNotHold,
    version_rules.Unreadable,
    version_rules.BaseChanged,
    version_rules.ReplayRuns,
)
"""What a version lacks for an act is said on its page."""
bp.record_once(lambda state: state.app.jinja_env.globals.update(policy_labels=policy_labels))


@bp.get("/")
@requires(Permission.POLICY_READ)
def index() -> ResponseReturnValue:
    """Every version, the newest first."""
    page = version_queries.page_of_versions(request.args.get("page", 1, int))
    return render_template("policy/versions.html", page=page)


@bp.post("/")
@requires(Permission.POLICY_WRITE)
@transactional
def begin() -> ResponseReturnValue:
    """Begin a version from the policy in force, or from the one of the program (`from_program`)."""
    if not ActForm().validate_on_submit():
        return redirect(url_for("policy.index"))
    version = version_actions.begin_version(
        actor=current_actor(), from_program="from_program" in request.form
    )
    flash(_("Begun. Nothing changes for calls until two people have approved it."))
    return redirect(url_for(".show", version_id=version.id))


@bp.get("/<version_id>")
@requires(Permission.POLICY_READ)
def show(version_id: str) -> ResponseReturnValue:
    """One version: what it changes, what replaying calls showed, who approved it, what is next."""
    version = version_queries.get_version(version_id)
    approvers = version_queries.approvers(version)
    is_shadow = version.state is VersionState.SHADOW
    replay = version_queries.latest_replay(version)
    return render_template(
        "policy/version.html",
        version=version,
        changes=version_queries.list_changes(version),
        steps=version_queries.list_steps(version),
        has_base=version.state is not VersionState.DRAFT or version_queries.has_base(version),
        base_changed=version_rules.BASE_CHANGED,
        replay=replay,
        is_replaying=version_queries.is_running(replay),
        is_whole=replay is not None and replay.stage is ReplayStage.DONE,
        lacks=version_queries.lacks_of(version, version_queries.find_active()) if is_shadow else [],
        lack_words=version_rules.LACK_LABELS,
        approved_count=len(set(approvers)),
        approvals_needed=version_rules.APPROVALS_NEEDED,
        has_approved=current_user.id in approvers,
        may_write=may(current_user.role, Permission.POLICY_WRITE),
        may_approve=may(current_user.role, Permission.POLICY_APPROVE),
        natures=NATURE_LABELS,
        lanes=LANE_LABELS,
        decisions=DECISION_LABELS,
        replayed_days=version_rules.REPLAYED_DAYS,
    )


@bp.get("/<version_id>/flips")
@requires(Permission.POLICY_READ)
def flips(version_id: str) -> ResponseReturnValue:
    """The calls that would be decided differently, those offered anew first."""
    version = version_queries.get_version(version_id)
    replay = version_queries.latest_replay(version)
    if replay is None or not replay.result:
        raise NotFound
    stages = (ReplayStage.STORED.value, ReplayStage.LABELLED.value)
    results = {stage: replay.result[stage] for stage in stages}
    found = [(stage, flip) for stage in stages for flip in results[stage]["flips"]]
    found.sort(key=lambda one: one[1]["after"] != "offer")
    page = page_of_list(found, request.args.get("page", 1, int))
    labelled = [flip["call_id"] for stage, flip in page.items if stage == ReplayStage.LABELLED.value]
    return render_template(
        "policy/flips.html",
        version=version,
        page=page,
        shown_count=len(found),
        changed_count=sum(result["changed"] for result in results.values()),
        more_offered=[(stage, one) for stage in stages for one in results[stage].get("more_offered", ())],
        told=words_of_labelled(labelled),
        may_read_calls=may(current_user.role, Permission.REFERRAL_DECIDE),
        decisions=DECISION_LABELS,
        reasons=REASON_LABELS,
        natures=NATURE_LABELS,
    )


@bp.post("/<version_id>/changes/<change_id>/take-back")
@requires(Permission.POLICY_WRITE)
@transactional
def take_back(version_id: str, change_id: str) -> ResponseReturnValue:
    """Take a change back. It stays on record."""
    return _act(
        version_id,
        partial(version_actions.take_back, change_id=change_id),
        _("Taken back."),
    )


@bp.post("/<version_id>/shadow")
@requires(Permission.POLICY_WRITE)
@transactional
def to_shadow(version_id: str) -> ResponseReturnValue:
    """End the draft and have calls replayed by it."""
    return _act(
        version_id,
        version_actions.to_shadow,
        _("Calls are being replayed. Load this page again to see how far it is."),
        first=version_queries.trial_of,
    )


@bp.post("/<version_id>/replay")
@requires(Permission.POLICY_WRITE)
@transactional
def replay(version_id: str) -> ResponseReturnValue:
    """Have calls replayed again, beside the policy that is in force now."""
    return _act(
        version_id,
        version_actions.begin_replay,
        _("Calls are being replayed. Load this page again to see how far it is."),
    )


@bp.post("/<version_id>/write-again")
@requires(Permission.POLICY_WRITE)
@transactional
def write_again(version_id: str) -> ResponseReturnValue:
    """Back to writing."""
    return _act(
        version_id,
        version_actions.write_again,
        _("You can change it again. It has to be approved anew."),
    )


@bp.post("/<version_id>/drop")
@requires(Permission.POLICY_WRITE)
@transactional
def drop(version_id: str) -> ResponseReturnValue:
    """Give a version up."""
    return _act(
        version_id,
        version_actions.drop,
        _("Given up. It stays on record."),
    )


@bp.post("/<version_id>/approve")
@requires(Permission.POLICY_APPROVE, fresh=True)
@transactional
def approve(version_id: str) -> ResponseReturnValue:
    """Say yes to exactly this version."""
    return _act(
        version_id,
        version_actions.approve,
        _("Approved by you."),
    )


@bp.post("/<version_id>/activate")
@requires(Permission.POLICY_APPROVE, fresh=True)
@transactional
def activate(version_id: str) -> ResponseReturnValue:
    """Put it in force."""
    return _act(
        version_id,
        version_actions.activate,
        _("In force. Within ten seconds every call is read by it."),
        first=version_actions.require_readable,
    )


@bp.post("/back/<version_id>")
@requires(Permission.POLICY_APPROVE, fresh=True)
@transactional
def go_back(version_id: str) -> ResponseReturnValue:
    """Back to a version that was in force before, at once; `shipped` is the one of the program."""
    form = WhyForm()
    version = None if version_id == "shipped" else version_queries.get_version(version_id)
    if form.validate_on_submit():
        _try_first(version_actions.require_readable, version)
        version_actions.go_back_to(version, form.why.data or "", actor=current_actor())
        flash(_("Done. Within ten seconds every call is read by it."))
    else:
        flash(_("Say why in one sentence, then it is done."), "due")
    return redirect(url_for("policy.index"))


def _act(
    version_id: str,
    act: Callable[..., object],
    said: str,
    *,
    first: Callable[[PolicyVersion], object] | None = None,
) -> ResponseReturnValue:
    """Do one thing with a version. `first`: what takes a second and is tried before the writing begins."""
    version = version_queries.get_version(version_id)
    if not ActForm().validate_on_submit():
        return redirect(url_for(".show", version_id=version.id))
    try:
        if first:
            _try_first(first, version)
        act(version, actor=current_actor())
    except SAID_ON_ITS_PAGE as no:
        return _refused(version, no)
    return _back(version, said)


def _try_first(try_it: Callable[..., object], version: PolicyVersion | None) -> None:
    let_go()
    with reading():
        try_it(version)


def _refused(version: PolicyVersion, refusal: DomainError) -> ResponseReturnValue:
    flash(str(refusal), "due")
    return redirect(url_for(".show", version_id=version.id))


def _back(version: PolicyVersion, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for(".show", version_id=version.id))

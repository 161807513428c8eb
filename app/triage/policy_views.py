"""How calls are screened, for those who answer for it: to read, to search and to try."""

from collections import Counter

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.access import requires
from app.accounts.permissions import Permission, may
from app.board.telling import mark, number_reasons
from app.foundation.db import looking
from app.foundation.paging import page_of_list
from app.referrals.natures import NATURE_LABELS
from app.triage import policy_labels, version_queries, version_views
from app.triage.labels import DECISION_LABELS, QUESTION_LABELS, REASON_LABELS, STATUS_LABELS
from app.triage.needs import Question, needs_of
from app.triage.policies import active_policy, policy_if_readable, shipped_policy
from app.triage.policy import Kind, Policy, PolicyPhrase
from app.triage.policy_forms import SearchForm, TryForm, WhyForm
from app.triage.questions import signs_from
from app.triage.rows import reasons_values
from app.triage.rules import Verdict
from app.triage.screening import screen_by
from app.triage.version_models import PolicyVersion, VersionState
from app.triage.words import fold_text

bp = Blueprint("policy", __name__, url_prefix="/policy")
bp.register_blueprint(version_views.bp)


@bp.get("/")
@requires(Permission.POLICY_READ)
def index() -> ResponseReturnValue:
    """The policy in force on one page, and what is being written.

    While the one in force cannot be read it shows the program's, says so, and lets people go back.
    """
    readable = policy_if_readable()
    policy = readable or shipped_policy()
    counts = Counter(one.concept.kind for one in policy.phrases)
    active = version_queries.find_active()
    return render_template(
        "policy/index.html",
        policy=policy,
        is_readable=readable is not None,
        active=active,
        newer=shipped_policy().version if active and version_queries.is_behind(active) else None,
        open_versions=version_queries.list_open(),
        counts={kind: counts[kind] for kind in Kind if counts[kind]},
        labels=policy_labels,
        natures=NATURE_LABELS,
        replaced=version_queries.list_replaced(),
        may_write=may(current_user.role, Permission.POLICY_WRITE),
        may_approve=may(current_user.role, Permission.POLICY_APPROVE),
        form=WhyForm(),
    )


@bp.get("/phrases")
@requires(Permission.POLICY_READ)
def phrases() -> ResponseReturnValue:
    """Every phrase with its examples, a page at a time; of a draft, where one is named."""
    form = SearchForm(request.args)
    is_valid = form.validate()
    version = _named_version()
    found = _search(_policy(version), form) if is_valid else []
    return render_template(
        "policy/phrases.html",
        form=form,
        page=page_of_list(found, request.args.get("page", 1, int)),
        count=len(found),
        version=version,
        is_draft=version is not None and version.state is VersionState.DRAFT,
        labels=policy_labels,
        reasons=REASON_LABELS,
    )


@bp.route("/try", methods=["GET", "POST"])
@requires(Permission.POLICY_READ)
@looking
def try_it() -> ResponseReturnValue:
    """Read an invented call by the policy in force or by another version. Nothing is kept."""
    form, version = TryForm(), _named_version()
    policy = _policy(version)
    told: Verdict | None = None
    questions: tuple[Question, ...] = ()
    if form.validate_on_submit():
        answers = {name: str(form[name].data or "") for name in ("weapons", "injuries", "threats")}
        narrative = form.narrative.data or ""
        signs = signs_from(
            answers,
            call_type=policy.call_types.read(form.call_type.data),
            nature=None,
            narrative=narrative,
            language=None,
            priority="",
            has_place=True,
            is_in_area=True,
        )
        told = screen_by(policy, signs)
        questions = needs_of(signs, told.decision, [one.code for one in told.reasons])
    reasons = reasons_values(told) if told else []
    return render_template(
        "policy/try.html",
        form=form,
        version=version,
        policy=policy,
        verdict=told,
        pieces=mark(form.narrative.data or "", reasons) if told else [],
        reasons=number_reasons(reasons),
        questions=questions,
        words={
            "decision": DECISION_LABELS,
            "reason": REASON_LABELS,
            "status": STATUS_LABELS,
            "question": QUESTION_LABELS,
            "nature": NATURE_LABELS,
        },
    )


def _named_version() -> PolicyVersion | None:
    """The version that the address names, if it names one."""
    version_id = request.args.get("version")
    return version_queries.get_version(version_id) if version_id else None


def _policy(version: PolicyVersion | None) -> Policy:
    return version_queries.trial_of(version) if version else active_policy()


def _search(policy: Policy, form: SearchForm) -> list[PolicyPhrase]:
    """Phrases with these words in them or in their example, of this kind and language."""
    words = fold_text(form.q.data or "")
    return [
        one
        for one in policy.phrases
        if form.kind.data in {None, "", one.concept.kind}
        and form.language.data in {None, "", one.language}
        and words in fold_text(f"{one.text} {one.example} {one.rule}")
    ]

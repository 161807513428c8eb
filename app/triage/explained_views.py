"""How calls are screened, for anybody: what is taken, what is given back, why, and how often it was wrong."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.access import public
from app.referrals.natures import NATURE_LABELS
from app.triage import measured
from app.triage.labels import REASON_LABELS
from app.triage.policies import policy_if_readable, shipped_policy
from app.triage.policy import Kind, Policy
from app.triage.version_queries import find_active

bp = Blueprint("screening", __name__, url_prefix="/how-calls-are-screened")


@bp.get("/")
@public
def explained() -> ResponseReturnValue:
    """The policy in force in plain words, and the figures of the one that came with the program."""
    readable, active, figures = policy_if_readable(), find_active(), measured.kept()
    policy = readable or shipped_policy()
    stems_from = active.shipped if active else None
    return render_template(
        "policy/explained.html",
        policy=policy,
        is_readable=readable is not None,
        natures=NATURE_LABELS,
        dangers=_told_by(policy, Kind.DANGER),
        doubts=_told_by(policy, Kind.DOUBT),
        measured=figures,
        is_changed_by_office=stems_from == figures.policy,
        is_of_office=active is not None,
    )


def _told_by(policy: Policy, kind: Kind) -> list[str]:
    """What the phrases of a kind tell of, each once, in the reader's language."""
    reasons = dict.fromkeys(one.concept.reason for one in policy.phrases if one.concept.kind is kind)
    return [str(REASON_LABELS[reason]) for reason in reasons]

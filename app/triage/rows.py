"""Keeping what a screening read and why."""

from datetime import datetime
from typing import Any

from app.foundation.ids import new_id
from app.referrals.natures import Nature
from app.referrals.updates import Update
from app.triage.questions import signs_again, signs_of_update
from app.triage.rules import Decision, Verdict
from app.triage.screening import read_call_type, screen_or_return
from app.triage.signs import Signs

# The answers that are kept as codes. The narrative stays sealed with the referral.
_KEPT_SIGNS = ("weapons", "injuries", "threats", "children_at_risk", "relation", "wish")


def early_screening_row(referral_id: str, update: Update, words: str, now: datetime) -> dict[str, Any]:
    """The screening of an update whose call has not come: kept, so that the call is read with it."""
    words_alone = signs_again({}, nature=Nature.OTHER, narrative=words, language=None, has_place=False)
    its_type = read_call_type(*update.call_type, common=update.common_type)
    signs = words_alone.raised_by(signs_of_update(update, Nature.OTHER, its_type))
    verdict = screen_or_return(signs)
    return screening_values(referral_id, verdict, verdict.decision, signs, (), now)


def screening_values(
    referral_id: str,
    verdict: Verdict,
    decision: Decision,
    signs: Signs,
    extra_codes: tuple[str, ...],
    now: datetime,
) -> dict[str, Any]:
    """The row of a screening. `extra_codes` are reasons that routing added, such as nobody free."""
    reasons: list[dict[str, Any]] = [
        {
            "code": one.code,
            "weight": one.weight.value,
            "start": one.start,
            "end": one.end,
            "rule": one.rule,
            "status": one.status,
        }
        for one in verdict.reasons
    ]
    reasons += [reason_values(code) for code in extra_codes]
    return {
        "id": new_id(),
        "referral_id": referral_id,
        "at": now,
        "decision": decision,
        "policy_version": verdict.policy_version,
        "reasons": reasons,
        "signs": {name: getattr(signs, name).value for name in _KEPT_SIGNS},
    }


def reason_values(code: str) -> dict[str, Any]:
    """A reason against that stands on no words of this call."""
    return {"code": code, "weight": "against", "start": None, "end": None, "rule": "", "status": ""}

"""Keeping what a screening read and why."""

from collections import Counter
from datetime import datetime
from typing import Any

from app.foundation.ids import new_id
from app.referrals.natures import Nature
from app.referrals.updates import Update
from app.triage.questions import ANSWERED_LATER, signs_again, signs_of_update
from app.triage.rules import Decision, Verdict
from app.triage.screening import read_call_type, screen_or_return
from app.triage.signs import QUESTIONS, Signs

MOST_OF_A_RULE = 20
"""A wall of eight thousand guns says no more than twenty."""


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
    reasons = [*reasons_values(verdict), *map(reason_values, extra_codes)]
    return {
        "id": new_id(),
        "referral_id": referral_id,
        "at": now,
        "decision": decision,
        "policy_version": verdict.policy_version,
        "reasons": reasons,
        "signs": _kept(signs),
    }


def reasons_values(verdict: Verdict) -> list[dict[str, Any]]:
    """The reasons of a verdict as they are kept and shown; of one rule the first ones, as many as help."""
    of_rule: Counter[tuple[str, str]] = Counter()
    kept = []
    for one in verdict.reasons:
        of_rule[one.code, one.rule] += 1
        if of_rule[one.code, one.rule] <= MOST_OF_A_RULE:
            kept.append(one)
    return [
        {
            "code": one.code,
            "weight": one.weight.value,
            "start": one.start,
            "end": one.end,
            "rule": one.rule,
            "status": one.status,
            **({"read_as": one.read_as} if one.read_as else {}),
        }
        for one in kept
    ]


def _kept(signs: Signs) -> dict[str, str]:
    """The answers as codes. The narrative stays sealed with the referral."""
    answers = {name: str(getattr(signs, name)) for name in QUESTIONS}
    return answers | {ANSWERED_LATER: " ".join(sorted(signs.answered_later))}


def reason_values(code: str) -> dict[str, Any]:
    """A reason against that stands on no words of this call."""
    return {"code": code, "weight": "against", "start": None, "end": None, "rule": "", "status": ""}

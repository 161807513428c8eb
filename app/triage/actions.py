"""Screening a referral again when more is told of it."""

from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import Referral
from app.referrals.payloads import Told
from app.referrals.updates import Update
from app.triage.models import Screening
from app.triage.policies import policy_if_readable
from app.triage.queries import latest_screening, newly_against
from app.triage.questions import signs_again, signs_of_update
from app.triage.rows import reason_values, screening_values
from app.triage.rules import Decision, Verdict, more_careful
from app.triage.screening import read_call_type, screen_or_return


def screen_again(referral: Referral, told: Told, update: Update) -> tuple[Screening, str]:
    """Read everything told so far once more, and keep what came of it: the reading, and what rose.

    What was raised before stays raised, and no answer in an update lowers anything. What rose is the code
    of a reason against; empty where nothing speaks against the call that did not before.
    """
    before = latest_screening(referral.id)
    has_place = referral.area_id is not None
    so_far = signs_again(
        before.signs if before else {},
        nature=referral.nature,
        narrative=told.everything,
        language=referral.language,
        has_place=has_place,
    )
    newer_type = read_call_type(*update.call_type, common=update.common_type)
    newer = signs_of_update(update, referral.nature, newer_type)
    signs = so_far.raised_by(newer).answered_by(newer)
    verdict = screen_or_return(signs)
    decision = more_careful(verdict.decision, before.decision if before else Decision.REVIEW)
    screening = Screening(**screening_values(referral.id, verdict, decision, signs, (), clock.now()))
    db.session.add(screening)
    return screening, _what_rose(verdict, screening, before)


def _what_rose(verdict: Verdict, screening: Screening, before: Screening | None) -> str:
    """The reason to name for acting on a reading. It never speaks for calm.

    A person may have read the call as it was before and offered it: only what they have not seen is one.
    """
    if before is None or screening.decision is not before.decision:
        return verdict.first_code or "risk_raised"
    if screening.decision is Decision.RETURN:
        return verdict.first_code if verdict.decision is Decision.RETURN else "risk_told_before"
    return next(iter(newly_against(screening, before)), "")


def raise_to(referral: Referral, decision: Decision, code: str) -> bool:
    """Read a referral as more dangerous than its own words say, for a reason from elsewhere.

    Never lowers. False when it was read as that dangerous already.
    """
    before = latest_screening(referral.id)
    raised = more_careful(decision, before.decision) if before else decision
    if before and raised is before.decision:
        return False
    db.session.add(
        Screening(
            referral_id=referral.id,
            at=clock.now(),
            decision=raised,
            policy_version=before.policy_version if before else _version_in_force(),
            reasons=[*(before.reasons if before else []), reason_values(code)],
            signs=before.signs if before else {},
        )
    )
    db.session.flush()
    return True


def _version_in_force() -> str:
    policy = policy_if_readable()
    return policy.version if policy else "none"

"""Screening a referral again when more is told of it."""

from functools import partial

from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import Referral
from app.referrals.payloads import Told
from app.referrals.updates import Update
from app.triage.models import Screening
from app.triage.queries import latest_screening
from app.triage.questions import signs_again
from app.triage.rows import screening_values
from app.triage.rules import Decision, more_careful, screen_or_return


def screen_again(referral: Referral, told: Told, update: Update) -> tuple[Decision, str]:
    """Read everything told so far once more, and keep what came of it: the decision and its first reason.

    What was raised before stays raised, and no answer in an update lowers anything.
    """
    before = latest_screening(referral.id)
    has_place = referral.area_id is not None
    signs_of = partial(signs_again, nature=referral.nature, language=referral.language, has_place=has_place)
    so_far = signs_of(before.signs if before else {}, narrative=told.everything)
    signs = so_far.raised_by(signs_of(update.answers, narrative=""))
    verdict = screen_or_return(signs)
    decision = more_careful(verdict.decision, before.decision if before else Decision.REVIEW)
    db.session.add(Screening(**screening_values(referral.id, verdict, decision, signs, (), clock.now())))
    return decision, verdict.first_code or "risk_raised"

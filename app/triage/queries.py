"""Reading screenings back."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.foundation.db import db
from app.referrals.models import Referral
from app.triage.labels import QUESTION_LABELS
from app.triage.models import Screening
from app.triage.rules import Decision, most_careful


def latest_screening(referral_id: str) -> Screening | None:
    """The newest reading of a referral (one query)."""
    newest = select(Screening).where(Screening.referral_id == referral_id)
    return db.session.scalars(newest.order_by(Screening.at.desc(), Screening.id.desc()).limit(1)).first()


def list_screenings(referral_id: str) -> Sequence[Screening]:
    """Every reading of a referral, newest first (one query)."""
    readings = select(Screening).where(Screening.referral_id == referral_id)
    return db.session.scalars(readings.order_by(Screening.at.desc(), Screening.id.desc())).all()


def worst_decision(client_id: str, incident_ids: Iterable[str]) -> Decision:
    """The most careful reading that any referral of these incidents ever got (one query)."""
    decisions = (
        select(Screening.decision)
        .join(Referral, Referral.id == Screening.referral_id)
        .where(Referral.client_id == client_id, Referral.incident_id.in_(incident_ids))
        .distinct()
    )
    return most_careful(Decision.OFFER, *db.session.scalars(decisions))


def questions_worth_asking(screening: Screening) -> list[str]:
    """The codes of the reasons that one more answer would settle, most telling first."""
    codes = [reason["code"] for reason in screening.reasons]
    return [code for code in QUESTION_LABELS if code in codes]


def speaks_of_danger(screening: Screening) -> bool:
    """Whether what was told names a danger, whoever is or is not free to come."""
    return any(_is_danger(code) for code in _codes_against(screening))


def doubts_told(screenings: Iterable[Screening]) -> tuple[str, ...]:
    """Every reason for a person to look that a message itself brought: no later message takes it away."""
    codes = {code for screening in screenings for code in _codes_against(screening)}
    return tuple(sorted(codes & _DOUBTS))


def _codes_against(screening: Screening) -> list[str]:
    return [str(reason["code"]) for reason in screening.reasons if reason["weight"] == "against"]


def _is_danger(code: str) -> bool:
    is_named = code.startswith(("word_", "wants_")) or code.endswith(("_yes", "_danger"))
    return is_named or code in _AS_BAD_AS_DANGER


_AS_BAD_AS_DANGER = frozenset(
    {
        *("priority_urgent", "answer_not_understood", "screening_failed", "risk_told_before"),
        *("person_patient", "fire_on_scene"),
    }
)
_DOUBTS = frozenset(
    {
        *("call_type_crisis", "call_type_unknown", "code_unknown", "place_imprecise", "others_are_sent"),
        *("person_near_patient", "person_harmed", "person_part_unclear"),
        *("incident_ended", "incident_moved", "incident_reopened"),
    }
)

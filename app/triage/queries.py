"""Reading screenings back."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select

from app.foundation.db import db
from app.referrals.models import Referral, State
from app.triage.models import Screening
from app.triage.needs import Question, needs_of
from app.triage.payloads import told_needs
from app.triage.questions import signs_again
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


def questions_worth_asking(screening: Screening, referral: Referral) -> tuple[Question, ...]:
    """What is worth asking next by one reading of a referral; nothing once it is decided."""
    if referral.state not in _ASKED_IN:
        return ()
    signs = signs_again(screening.signs, nature=referral.nature, narrative="", language=None)
    return needs_of(signs, screening.decision, _codes_against(screening))


def needs_now(referral: Referral) -> list[dict[str, str]]:
    """The same as dispatch is told it (one query while the call waits for a decision, else none)."""
    screening = latest_screening(referral.id) if referral.state in _ASKED_IN else None
    return told_needs(questions_worth_asking(screening, referral)) if screening else []


def speaks_of_danger(screening: Screening) -> bool:
    """Whether what was told names a danger, whoever is or is not free to come."""
    return any(is_danger(code) for code in _codes_against(screening))


def is_danger(code: str) -> bool:
    """Whether a reason against names a danger, or what we treat as one."""
    is_named = code.startswith(("word_", "wants_")) or code.endswith(("_yes", "_danger"))
    return is_named or code in _AS_BAD_AS_DANGER


def newly_against(screening: Screening, before: Screening | None) -> list[str]:
    """What speaks against in one reading and did not, or not as often, in the one before it."""
    known = Counter(_codes_against(before) if before else ())
    return list(Counter(_codes_against(screening)) - known)


def doubts_told(screenings: Iterable[Screening]) -> tuple[str, ...]:
    """Every reason for a person to look that a message itself brought: no later message takes it away."""
    codes = {code for screening in screenings for code in _codes_against(screening)}
    return tuple(sorted(codes & _DOUBTS))


def dangers_told(screenings: Iterable[Screening]) -> tuple[str, ...]:
    """Every danger that a message itself brought, beside its words and answers."""
    codes = {code for screening in screenings for code in _codes_against(screening)}
    return tuple(sorted(codes & _DANGERS_BESIDE_WORDS))


def screenings_by_referral(referral_ids: Collection[str]) -> dict[str, list[Screening]]:
    """The readings of several referrals, newest first (one query)."""
    readings = select(Screening).where(Screening.referral_id.in_(referral_ids))
    found: dict[str, list[Screening]] = {}
    for one in db.session.scalars(readings.order_by(Screening.at.desc(), Screening.id.desc())):
        found.setdefault(one.referral_id, []).append(one)
    return found


def _codes_against(screening: Screening) -> list[str]:
    return [str(reason["code"]) for reason in screening.reasons if reason["weight"] == "against"]


_ASKED_IN = frozenset({State.IN_REVIEW, State.OFFERED})
_AS_BAD_AS_DANGER = frozenset(
    {
        *("priority_urgent", "answer_not_understood", "screening_failed", "risk_told_before"),
        *("person_patient", "fire_on_scene"),
    }
)
_DANGERS_BESIDE_WORDS = frozenset(
    {"call_type_danger", "out_of_area", *_AS_BAD_AS_DANGER - {"screening_failed"}}
)
_DOUBTS = frozenset(
    {
        *("call_type_crisis", "call_type_unknown", "code_unknown", "place_imprecise", "others_are_sent"),
        *("person_near_patient", "person_harmed", "person_part_unclear"),
        *("incident_ended", "incident_moved", "incident_reopened"),
    }
)

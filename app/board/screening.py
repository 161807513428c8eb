"""The page of one call: what was told, opened for those who may, and who knows what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.audit.trail import Actor
from app.board.queries import knows_reasons
from app.board.telling import NumberedReason, Piece, mark, number_reasons
from app.delivery.ladder import WATCH_KIND
from app.delivery.models import OutboxMessage
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.referrals.conveyance_models import ConveyanceRow
from app.referrals.conveyance_rows import list_responses
from app.referrals.links import LinkedIncident, list_links
from app.referrals.models import ENDED_STATES, Referral, ReferralStateRow, State
from app.referrals.payloads import Told
from app.referrals.queries import list_states, read_told
from app.triage.models import Screening
from app.triage.needs import Question
from app.triage.policies import policy_if_readable
from app.triage.policy import NatureRule
from app.triage.queries import latest_screening, questions_worth_asking
from app.vault.sealing import KeyDestroyed


@dataclass(frozen=True)
class Call:
    """Everything the page of one call shows one person."""

    referral: Referral
    told: Told | None
    """None where this person may not read it, or not any more."""
    pieces: list[Piece]
    """What was told, first message and updates as one text, marked where reasons stand on it."""
    screening: Screening | None
    reasons: list[NumberedReason]
    questions: Sequence[Question]
    states: Sequence[ReferralStateRow]
    last_message: OutboxMessage | None
    """What dispatch was told last, and whether it took it."""
    responses: Sequence[ConveyanceRow]
    """What dispatch responded by conveyance, newest first."""
    links: Sequence[LinkedIncident]
    """Incidents that dispatch links this one with; only for those who see every call."""
    promise: NatureRule | None
    """How soon we call back and are there, while a yes would promise it."""

    @property
    def shows_place(self) -> bool:
        """The exact place is a coordinator's until a person here has accepted; then the responder's."""
        return self.told is not None and self.referral.accepted_at is None


def read_call(referral: Referral, *, seen_by: Actor, now: datetime) -> Call:
    """Open a call for its page. Reading what was told puts the look on the trail."""
    screening = latest_screening(referral.id)
    reasons = screening.reasons if screening and knows_reasons(seen_by) else []
    told = _told(referral, seen_by, now)
    return Call(
        referral=referral,
        told=told,
        pieces=mark("\n".join((told.narrative, *told.updates)), reasons) if told else [],
        screening=screening,
        reasons=number_reasons(reasons),
        questions=questions_worth_asking(screening, referral) if screening and told else (),
        states=list_states(referral.id),
        last_message=_last_message(referral),
        responses=list_responses(referral.id),
        links=list_links(referral) if knows_reasons(seen_by) else (),
        promise=_promise(referral),
    )


def _promise(referral: Referral) -> NatureRule | None:
    if referral.state not in (State.IN_REVIEW, State.OFFERED):
        return None
    policy = policy_if_readable()
    rule = policy.natures[referral.nature] if policy else None
    return rule if rule and rule.lanes else None


def _told(referral: Referral, seen_by: Actor, now: datetime) -> Told | None:
    """What was told; None for those who may not read it. What has ended is not opened again."""
    if referral.state in ENDED_STATES:
        return None
    try:
        return read_told(referral, seen_by=seen_by, now=now)
    except (NotFound, KeyDestroyed):
        return None


def _last_message(referral: Referral) -> OutboxMessage | None:
    """The last one to dispatch: pages to our own watch are not."""
    messages = select(OutboxMessage).where(
        OutboxMessage.subject_id == referral.id, OutboxMessage.kind != WATCH_KIND
    )
    return db.session.scalars(messages.order_by(OutboxMessage.id.desc()).limit(1)).first()

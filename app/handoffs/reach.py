"""What the scopes of the permission table mean for service referrals, and who opens what is shared."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, exists, select

from app.accounts.permissions import Permission, Scope
from app.accounts.reach import Reach, same
from app.audit.trail import Actor, acted_on
from app.cases.models import ConflictCase
from app.cases.reach import CASES
from app.foundation import clock
from app.handoffs import rules
from app.handoffs.models import Deed, Handoff, HandoffConsent
from app.vault.access import opened_by
from app.vault.models import KeyPurpose


def _of_the_own_cases(actor: Actor) -> ColumnElement[bool]:
    """Of a case that the person is assigned to, while it is open.

    Asked of the one case: all cases of a person would be looked up only where a referral is there,
    and the time of a refusal would tell that it is.
    """
    return exists().where(ConflictCase.id == Handoff.case_id, CASES.rows(actor, Permission.CASE_WORK))


def _agreed_to(actor: Actor) -> ColumnElement[bool]:
    """Sent to the own organization, and the last word of the person is a yes that holds today."""
    last = (
        select(HandoffConsent.id)
        .where(HandoffConsent.handoff_id == Handoff.id)
        .order_by(HandoffConsent.at.desc(), HandoffConsent.id.desc())
        .limit(1)
        .correlate(Handoff)
        .scalar_subquery()
    )
    live = select(HandoffConsent.id).where(
        HandoffConsent.deed == Deed.GIVEN, HandoffConsent.until_on >= rules.day_of(clock.now())
    )
    sent_to_us = and_(same(Handoff.organization_id, actor.organization_id), Handoff.sent_at.is_not(None))
    return and_(sent_to_us, last.in_(live))


HANDOFFS = Reach({Scope.ASSIGNED: _of_the_own_cases, Scope.CONSENTED: _agreed_to})


def _keys(actor: Actor, permission: Permission, handoff_ids: Collection[str]) -> Select[str]:
    return select(Handoff.key_id).where(Handoff.id.in_(handoff_ids), HANDOFFS.rows(actor, permission))


def _reached(actor: Actor, permission: Permission, handoff_id: str) -> Select[str]:
    return select(Handoff.id).where(Handoff.id == handoff_id, HANDOFFS.rows(actor, permission))


acted_on("handoff", _reached)

_PACKET = "handoffs.packet_sealed"

opened_by(
    KeyPurpose.HANDOFF,
    "handoff",
    _keys,
    {Permission.HANDOFF_MAKE: {_PACKET}, Permission.HANDOFF_ANSWER: {_PACKET}},
)

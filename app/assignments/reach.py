"""Who opens what dispatch told us: who is sent to the call, and a coordinator until a day after the yes."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, exists, or_, select

from app.accounts.permissions import Permission, Scope, scope_of
from app.accounts.reach import Reach
from app.assignments.models import Assignment
from app.audit.trail import Actor
from app.foundation import clock
from app.referrals.models import Referral
from app.referrals.rules import TOLD_READABLE_HOURS
from app.vault.access import opened_by
from app.vault.models import KeyPurpose


def _sent_to_it(actor: Actor) -> ColumnElement[bool]:
    return exists().where(
        Assignment.referral_id == Referral.id,
        Assignment.account_id == actor.id,
        Assignment.ended_at.is_(None),
    )


REFERRALS = Reach({Scope.ASSIGNED: _sent_to_it})


def _keys(actor: Actor, permission: Permission, referral_ids: Collection[str]) -> Select[str]:
    reached = select(Referral.key_id).where(Referral.id.in_(referral_ids), REFERRALS.rows(actor, permission))
    if scope_of(actor.role, permission) is not Scope.ALL:
        return reached
    day_before = clock.now() - timedelta(hours=TOLD_READABLE_HOURS)
    return reached.where(or_(Referral.accepted_at.is_(None), Referral.accepted_at >= day_before))


opened_by(KeyPurpose.REFERRAL, "referral", _keys, {Permission.REFERRAL_READ: {"referrals.told_sealed"}})

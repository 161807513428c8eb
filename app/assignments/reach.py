"""Who opens what dispatch told us: who is sent to the call, and a coordinator until a day after the yes."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from app.accounts.permissions import Permission, Scope, scope_of
from app.accounts.reach import Reach, same
from app.assignments.models import Assignment
from app.audit.trail import Actor, acted_on
from app.foundation import clock
from app.referrals.models import Referral
from app.referrals.rules import TOLD_READABLE_HOURS
from app.roster.models import Responder, Team
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


def _was_sent_to_it(actor: Actor) -> ColumnElement[bool]:
    """Also where they have just been clear of it, or have closed its case: what follows is theirs to say."""
    return exists().where(Assignment.referral_id == Referral.id, Assignment.account_id == actor.id)


def _of_own_team(actor: Actor) -> ColumnElement[bool]:
    return exists().where(Team.id == Referral.team_id, same(Team.organization_id, actor.organization_id))


def _own(actor: Actor) -> ColumnElement[bool]:
    return and_(Assignment.account_id == actor.id, Assignment.ended_at.is_(None))


def _beside_them(actor: Actor) -> ColumnElement[bool]:
    """Of a case in which they work or worked: who closes it lets everybody go who is on it."""
    theirs = aliased(Assignment)
    return exists().where(theirs.case_id == Assignment.case_id, theirs.account_id == actor.id)


def _of_own_people(actor: Actor) -> ColumnElement[bool]:
    return exists().where(
        Responder.account_id == Assignment.account_id,
        Team.id == Responder.team_id,
        same(Team.organization_id, actor.organization_id),
    )


_CALLS = Reach(
    {Scope.OWN: _was_sent_to_it, Scope.ASSIGNED: _was_sent_to_it, Scope.OWN_ORGANIZATION: _of_own_team}
)
_ASSIGNMENTS = Reach({Scope.OWN: _own, Scope.ASSIGNED: _beside_them, Scope.OWN_ORGANIZATION: _of_own_people})


def _calls(actor: Actor, permission: Permission, referral_id: str) -> Select[str]:
    return select(Referral.id).where(Referral.id == referral_id, _CALLS.rows(actor, permission))


def _assignments(actor: Actor, permission: Permission, assignment_id: str) -> Select[str]:
    return select(Assignment.id).where(Assignment.id == assignment_id, _ASSIGNMENTS.rows(actor, permission))


acted_on("referral", _calls)
acted_on("assignment", _assignments)
opened_by(KeyPurpose.REFERRAL, "referral", _keys, {Permission.REFERRAL_READ: {"referrals.told_sealed"}})

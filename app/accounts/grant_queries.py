"""Reading what waits for a second admin, and which invitations are open."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.grant_models import GrantState, Invitation, RoleGrant
from app.accounts.models import Account
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of


def list_waiting(number: int) -> Page[RoleGrant]:
    """A page of what waits for a second admin, the oldest first, with who it is for and from (one query)."""
    waiting = select(RoleGrant).where(RoleGrant.state == GrantState.PROPOSED)
    ordered = waiting.order_by(RoleGrant.proposed_at, RoleGrant.id)
    return page_of(ordered.options(joinedload(RoleGrant.account), joinedload(RoleGrant.proposed_by)), number)


def count_waiting() -> int:
    """How much waits for a second admin."""
    waiting = select(func.count()).select_from(RoleGrant).where(RoleGrant.state == GrantState.PROPOSED)
    return db.session.scalar(waiting) or 0


def find_waiting(account: Account) -> RoleGrant | None:
    """What waits for this person, if anything does."""
    waiting = select(RoleGrant).where(
        RoleGrant.account_id == account.id, RoleGrant.state == GrantState.PROPOSED
    )
    return db.session.scalars(waiting.options(joinedload(RoleGrant.proposed_by))).one_or_none()


def get_grant(grant_id: str) -> RoleGrant:
    """What was proposed, by its id; else `NotFound`."""
    grant = db.session.get(RoleGrant, grant_id)
    if grant is None:
        raise NotFound
    return grant


def has_open_invitation(account: Account, now: datetime) -> bool:
    """Whether a link that was handed over would still let this person in."""
    standing = select(Invitation.id).where(
        Invitation.account_id == account.id,
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
    )
    return db.session.scalar(standing.limit(1)) is not None

"""What power over others' data is given by: one admin proposes, another confirms, nobody for themselves.

A new account is shut until then, and a role stays what it was. Opening a closed account again and
giving somebody new ways to sign in are power too: whoever holds the invitation is that person to us.
Closing an account and refusing a proposal take one admin alone.
"""

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.accounts.actions import create_account, refuse_own
from app.accounts.grant_models import GrantKind, GrantState, RoleGrant
from app.accounts.invitation_actions import invite, revoke_invitations
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.queries import find_account
from app.accounts.way_actions import forget_ways, has_any_way
from app.audit.catalogue import What
from app.audit.trail import SYSTEM, Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id

ADMINS_WHO_CAN_CONFIRM = 2


class WaitsAlready(DomainError):
    """One proposal at a time for a person."""

    def __init__(self) -> None:
        super().__init__(_l("Something already waits for this account. Confirm or refuse that first."))


class NotAlone(DomainError):
    """Who proposed cannot confirm."""

    def __init__(self) -> None:
        super().__init__(_l("You proposed this. Another admin confirms it."))


class DecidedAlready(DomainError):
    """Another admin was faster."""

    def __init__(self) -> None:
        super().__init__(_l("This was decided already."))


class NothingToGive(DomainError):
    """The person has that role, or that account is open."""

    def __init__(self) -> None:
        super().__init__(_l("It is like this already."))


class EnoughAdmins(DomainError):
    """With two admins or more no operator makes another; only one who never came in is invited again."""

    def __init__(self) -> None:
        super().__init__(_l("There are two admins. They add people at /accounts, two together."))


def propose_account(
    *, email: str, name: str, role: Role, actor: Actor, organization_id: str | None, team_id: str | None
) -> tuple[Account, str]:
    """Make an account that is shut until another admin confirms it, and the secret of its invitation."""
    account = create_account(
        email=email,
        name=name,
        role=role,
        password=None,
        actor=actor,
        organization_id=organization_id,
        team_id=team_id,
        is_active=False,
    )
    _propose(account, GrantKind.NEW, role, actor)
    return account, invite(account, actor=actor)


def propose_role(account: Account, role: Role, *, actor: Actor) -> RoleGrant:
    """Propose another role for a person; theirs stays until another admin confirms."""
    if account.role is role:
        raise NothingToGive
    return _propose(account, GrantKind.ROLE, role, actor)


def propose_open(account: Account, *, actor: Actor) -> RoleGrant:
    """Propose to open a closed account again, with the role it had."""
    if account.is_active:
        raise NothingToGive
    return _propose(account, GrantKind.OPEN_AGAIN, account.role, actor)


def propose_new_ways(account: Account, *, actor: Actor) -> RoleGrant:
    """Propose that a person who has lost every way to sign in gets new ones."""
    if not has_any_way(account):
        raise NothingToGive
    return _propose(account, GrantKind.NEW_WAYS, account.role, actor)


def confirm(grant: RoleGrant, *, actor: Actor) -> str | None:
    """Give what another admin has proposed; for new ways, the secret of the invitation to them."""
    refuse_own(grant.account, actor)
    if grant.proposed_by_id == actor.id:
        raise NotAlone
    _decide(grant, GrantState.CONFIRMED, What.ACCOUNT_GRANT_CONFIRMED, actor)
    account = grant.account
    if grant.kind is GrantKind.ROLE:
        before, account.role = account.role, grant.role
        facts = {"before": before.value, "role": grant.role.value}
        record(What.ACCOUNT_ROLE_CHANGED, actor=actor, subject_type="account", subject_id=account.id, **facts)
    elif grant.kind is GrantKind.NEW_WAYS:
        forget_ways(account, actor=actor)
        return invite(account, actor=actor)
    else:
        account.is_active = True
        record(What.ACCOUNT_ACTIVATED, actor=actor, subject_type="account", subject_id=account.id)
    return None


def refuse(grant: RoleGrant, *, actor: Actor) -> None:
    """Give nothing. Who proposed may do this too, to take it back."""
    refuse_own(grant.account, actor)
    _decide(grant, GrantState.REFUSED, What.ACCOUNT_GRANT_REFUSED, actor)
    if grant.kind is GrantKind.NEW:  # else its link would open the account once it is proposed again
        revoke_invitations(grant.account, actor=actor)


def invite_first_admin(*, email: str, name: str) -> tuple[Account, str]:
    """An admin made from the operator's shell, while there are not two who could do it together.

    An admin who was invited so and never came in is invited again, since nobody else could.
    """
    known = find_account(email)
    if known and known.is_active and known.role is Role.ADMIN and not has_any_way(known):
        return known, invite(known, actor=SYSTEM)
    admins = select(func.count()).where(Account.role == Role.ADMIN, Account.is_active)
    if (db.session.scalar(admins) or 0) >= ADMINS_WHO_CAN_CONFIRM:
        raise EnoughAdmins
    account = create_account(email=email, name=name, role=Role.ADMIN, password=None, actor=SYSTEM)
    now = clock.now()
    db.session.add(
        RoleGrant(
            id=new_id(),
            account_id=account.id,
            kind=GrantKind.NEW,
            role=Role.ADMIN,
            state=GrantState.CONFIRMED,
            proposed_at=now,
            decided_at=now,
        )
    )
    return account, invite(account, actor=SYSTEM)


def _propose(account: Account, kind: GrantKind, role: Role, actor: Actor) -> RoleGrant:
    refuse_own(account, actor)
    grant = RoleGrant(
        id=new_id(),
        account_id=account.id,
        kind=kind,
        role=role,
        state=GrantState.PROPOSED,
        proposed_by_id=actor.id,
        proposed_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(grant)
    except IntegrityError:  # the database lets one wait for each account
        raise WaitsAlready from None
    facts = {"kind": kind.value, "role": role.value}
    record(What.ACCOUNT_GRANT_PROPOSED, actor=actor, subject_type="account", subject_id=account.id, **facts)
    return grant


def _decide(grant: RoleGrant, state: GrantState, what: What, actor: Actor) -> None:
    db.session.refresh(grant, with_for_update=True)  # of two admins at once, one decides
    if grant.state is not GrantState.PROPOSED:
        raise DecidedAlready
    grant.state, grant.decided_by_id, grant.decided_at = state, actor.id, clock.now()
    db.session.flush()
    facts = {"kind": grant.kind.value, "role": grant.role.value}
    record(what, actor=actor, subject_type="account", subject_id=grant.account_id, **facts)

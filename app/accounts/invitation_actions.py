"""Invitations: a link that an admin hands over, and that lets one person set up how they sign in, once."""

import secrets
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.accounts.grant_models import Invitation
from app.accounts.models import Account
from app.accounts.sign_in import actor_of
from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.vault.keyring import fingerprint

HOLDS = timedelta(hours=72)
SECRET_BYTES = 24
_PRINT_OF = "invitation"


class NoInvitation(DomainError):
    """It was used, taken back, has run out, or never was: all get the same answer."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_l("This invitation does not work any more. Ask your admin for another one."))


class NotConfirmedYet(DomainError):
    """The account waits for a second admin; the invitation is not used up."""

    def __init__(self) -> None:
        super().__init__(_l("A second admin has not confirmed this account yet. Try again later."))


def invite(account: Account, *, actor: Actor) -> str:
    """Make an invitation and return its secret, shown once. Those made before are taken back."""
    revoke_invitations(account, actor=actor)
    now, secret = clock.now(), secrets.token_urlsafe(SECRET_BYTES)
    db.session.add(
        Invitation(
            id=new_id(),
            account_id=account.id,
            secret_print=fingerprint(_PRINT_OF, secret),
            made_at=now,
            expires_at=now + HOLDS,
        )
    )
    db.session.flush()
    record(What.ACCOUNT_INVITED, actor=actor, subject_type="account", subject_id=account.id)
    return secret


def revoke_invitations(account: Account, *, actor: Actor) -> int:
    """Take back what a person has not used yet; returns how many."""
    revoked = db.session.execute(
        update(Invitation)
        .where(
            Invitation.account_id == account.id,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
        .returning(Invitation.id)
    ).all()
    if revoked:
        record(What.ACCOUNT_INVITATION_REVOKED, actor=actor, subject_type="account", subject_id=account.id)
    return len(revoked)


def open_invitation(secret: str, *, now: datetime) -> Account:
    """Use an invitation up and return whose it is; else `NoInvitation` or `NotConfirmedYet`."""
    standing = (
        Invitation.secret_print == fingerprint(_PRINT_OF, secret),
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
    )
    invited = select(Account).join(Invitation, Invitation.account_id == Account.id).where(*standing)
    account = db.session.scalars(invited).one_or_none()
    if account and not account.is_active:
        raise NotConfirmedYet
    used = update(Invitation).where(*standing).values(used_at=now).returning(Invitation.id)
    if account is None or db.session.scalar(used) is None:  # of two who open it at once, one is let in
        raise NoInvitation
    record(
        What.ACCOUNT_INVITATION_OPENED,
        actor=actor_of(account),
        subject_type="account",
        subject_id=account.id,
    )
    return account

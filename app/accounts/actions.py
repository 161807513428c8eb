"""Making accounts for people and keys for machines."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.accounts.endings import end_everywhere
from app.accounts.invitation_actions import revoke_invitations
from app.accounts.key_actions import put_key
from app.accounts.models import Account, DispatchClient
from app.accounts.permissions import Role
from app.accounts.purposes import Purpose
from app.accounts.session_rules import End
from app.accounts.sign_in import hash_password
from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.delivery.destinations import register_destination
from app.delivery.models import Network
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.vault import sealing
from app.vault.models import KeyPurpose


def create_account(
    *,
    email: str,
    name: str,
    role: Role,
    password: str | None,
    actor: Actor,
    organization_id: str | None = None,
    team_id: str | None = None,
    is_active: bool = True,
) -> Account:
    """Make an account for a person; whoever calls this answers for two people having said yes."""
    account = Account(
        id=new_id(),
        email=email.lower(),
        name=name,
        role=role,
        password_hash=hash_password(password) if password else None,
        organization_id=organization_id,
        team_id=team_id,
        is_active=is_active,
        created_at=clock.now(),
    )
    db.session.add(account)
    db.session.flush()
    record(What.ACCOUNT_CREATED, actor=actor, subject_type="account", subject_id=account.id, role=role.value)
    return account


class NotYourself(DomainError):
    """Nobody decides over their own account."""

    def __init__(self) -> None:
        super().__init__(_l("You cannot change your own account. Another admin does that."))


def close_account(account: Account, *, actor: Actor) -> None:
    """Close an account, which one admin may do alone. Its sign-ins end at their next request,
    and nothing that waited for it leads in once it is opened again.
    """
    refuse_own(account, actor)
    if account.is_active:
        account.is_active = False
        record(What.ACCOUNT_DEACTIVATED, actor=actor, subject_type="account", subject_id=account.id)
        revoke_invitations(account, actor=actor)  # else it would hold again once the account is opened
        end_everywhere(account.id, End.BY_ADMIN, actor=actor)


def refuse_own(account: Account, actor: Actor) -> None:
    """Raise `NotYourself` when a person would decide over their own account."""
    if account.id == actor.id:
        raise NotYourself


@dataclass(frozen=True)
class NewClient:
    """A client and its secrets, which are shown once and then only kept sealed.

    The secret is empty for a client that signs with a key pair of its own.
    """

    client: DispatchClient
    secret: str
    callback_secret: str | None


def create_client(
    *,
    agency: str,
    purpose: str,
    callback_url: str | None,
    actor: Actor,
    public_key: str | None = None,
    network: Network = Network.PUBLIC,
) -> NewClient:
    """Register a dispatch centre's system: the key it signs with, and where its callbacks go."""
    destination, callback_secret = (
        register_destination(agency, callback_url, network=network) if callback_url else (None, None)
    )
    client = DispatchClient(
        id=new_id(),
        agency=agency,
        purpose=Purpose(purpose),
        key_id=sealing.new_key(KeyPurpose.CLIENT),
        destination_id=destination.id if destination else None,
        created_at=clock.now(),
    )
    db.session.add(client)
    db.session.flush()
    _, secret = put_key(client, public_key=public_key)
    record(What.CLIENT_CREATED, actor=actor, subject_type="client", subject_id=client.id, purpose=purpose)
    return NewClient(client, secret or "", callback_secret)

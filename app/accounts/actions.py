"""Making accounts for people and keys for machines."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.accounts.key_actions import put_key
from app.accounts.models import Account, DispatchClient
from app.accounts.permissions import Role
from app.accounts.purposes import Purpose
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


def create_account(
    *,
    email: str,
    name: str,
    role: Role,
    password: str,
    actor: Actor,
    organization_id: str | None = None,
    team_id: str | None = None,
) -> Account:
    """Make an account for a person."""
    account = Account(
        id=new_id(),
        email=email.lower(),
        name=name,
        role=role,
        password_hash=hash_password(password),
        organization_id=organization_id,
        team_id=team_id,
        is_active=True,
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


def change_role(account: Account, role: Role, *, actor: Actor) -> None:
    """Give a person another role; what it may see holds from their next request on."""
    _refuse_own(account, actor)
    if account.role is role:
        return
    before, account.role = account.role, role
    record(
        What.ACCOUNT_ROLE_CHANGED,
        actor=actor,
        subject_type="account",
        subject_id=account.id,
        before=before.value,
        role=role.value,
    )


def set_active(account: Account, *, is_active: bool, actor: Actor) -> None:
    """Close an account or open it again. Closed, its sessions end at their next request."""
    _refuse_own(account, actor)
    if account.is_active is is_active:
        return
    account.is_active = is_active
    what = What.ACCOUNT_ACTIVATED if is_active else What.ACCOUNT_DEACTIVATED
    record(what, actor=actor, subject_type="account", subject_id=account.id)


def _refuse_own(account: Account, actor: Actor) -> None:
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
        key_id=sealing.new_key("dispatch client"),
        destination_id=destination.id if destination else None,
        created_at=clock.now(),
    )
    db.session.add(client)
    db.session.flush()
    _, secret = put_key(client, public_key=public_key)
    record(What.CLIENT_CREATED, actor=actor, subject_type="client", subject_id=client.id, purpose=purpose)
    return NewClient(client, secret or "", callback_secret)

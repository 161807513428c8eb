"""Which ways a person has to sign in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts.models import Account
from app.accounts.passkey_seals import is_whole
from app.accounts.sign_in_models import AuthenticatorApp, Passkey, RecoveryCode
from app.accounts.way_rules import can_sign_in
from app.foundation.db import db
from app.foundation.errors import NotFound


@dataclass(frozen=True)
class Ways:
    """A person's ways, as their own page shows them."""

    passkeys: Sequence[Passkey]
    """Also one that signs nobody in, so that its owner can take it away."""
    app: AuthenticatorApp | None
    has_password: bool
    recovery_count: int
    """Codes not used yet."""

    @property
    def working_passkeys(self) -> Sequence[Passkey]:
        """Without those whose row somebody changed: they sign nobody in."""
        return [passkey for passkey in self.passkeys if is_whole(passkey)]

    @property
    def has_second_step(self) -> bool:
        return bool(self.working_passkeys or self.app or self.recovery_count)

    def would_be_enough(self, *, without_passkey: str | None = None, without_app: bool = False) -> bool:
        """Whether the person could still sign in without one of these; of a passkey the id."""
        left = [passkey for passkey in self.working_passkeys if passkey.id != without_passkey]
        return can_sign_in(
            passkey_count=len(left),
            has_app=self.app is not None and not without_app,
            has_password=self.has_password,
        )


def ways_of(account: Account) -> Ways:
    """All ways of a person, passkeys in the order they were made (three queries)."""
    codes = select(func.count()).where(RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    return Ways(
        passkeys=list_passkeys(account),
        app=find_app(account),
        has_password=account.password_hash is not None,
        recovery_count=db.session.scalar(codes) or 0,
    )


def list_passkeys(account: Account) -> Sequence[Passkey]:
    """A person's passkeys in the order they were made (one query)."""
    own = select(Passkey).where(Passkey.account_id == account.id)
    return db.session.scalars(own.order_by(Passkey.id)).all()


def get_passkey(passkey_id: str, account: Account) -> Passkey:
    """A passkey of this person; else `NotFound`."""
    passkey = db.session.get(Passkey, passkey_id)
    if passkey is None or passkey.account_id != account.id:
        raise NotFound
    return passkey


def find_app(account: Account) -> AuthenticatorApp | None:
    """The person's app. A row from before, whose first code never came, is none."""
    own = select(AuthenticatorApp).where(
        AuthenticatorApp.account_id == account.id, AuthenticatorApp.confirmed_at.is_not(None)
    )
    return db.session.scalars(own).one_or_none()

"""A recovery code alone opens nothing: who has no second proof of their own waits for an admin.

The code stands in for one lost factor. Who has a password or an app shows that beside it
(`sign_in.check_recovery`). Who had only passkeys tells an admin, whom they know or call, six digits that
stand on their own screen. The admin asks what they need to be sure, and writes the digits down here:
so it is this browser that is let in, and no other, and nobody who only has the code. One admin is
enough beside the code, and never oneself. This is what NIST SP 800-63B-4 asks of recovery.
"""

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select, update

from app.accounts.actions import refuse_own
from app.accounts.attempts import ACCOUNT_LIMIT, note_failure, require_few_failures
from app.accounts.endings import end_requests
from app.accounts.models import Account
from app.accounts.notice_actions import tell
from app.accounts.notice_models import NoticeKind
from app.accounts.permissions import Role
from app.accounts.recovery_models import RecoveryRequest, RecoveryState
from app.accounts.sign_in import actor_of
from app.audit.catalogue import What
from app.audit.trail import SYSTEM, Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.vault.keyring import fingerprint

HOLDS = timedelta(hours=24)
SECRET_BYTES = 24
DIGITS = 6
_PRINT_OF = "recovery_request"


class WrongNumber(DomainError):
    """The person reads another number from their screen: it is another browser, or another person."""

    def __init__(self) -> None:
        super().__init__(_l("This is not the number on their screen. Ask them to read it once more."))


class WaitsNoMore(DomainError):
    """It was decided, has run out, or the person has begun anew."""

    def __init__(self) -> None:
        super().__init__(_l("This does not wait any more."))


class AnotherAdmin(DomainError):
    """Where there is an admin, no operator does it. Only operators read this."""


def ask_admin(account: Account, *, device: str) -> str:
    """Wait for an admin; returns the secret that only this browser keeps. What waited before ends."""
    now, secret = clock.now(), secrets.token_urlsafe(SECRET_BYTES)
    end_requests(account.id)
    db.session.add(
        RecoveryRequest(
            id=new_id(),
            account_id=account.id,
            secret_print=fingerprint(_PRINT_OF, secret),
            device=device,
            state=RecoveryState.WAITING,
            asked_at=now,
            expires_at=now + HOLDS,
        )
    )
    db.session.flush()
    record(
        What.ACCOUNT_RECOVERY_ASKED, actor=actor_of(account), subject_type="account", subject_id=account.id
    )
    tell(account.id, NoticeKind.RECOVERY_ASKED, device=device)
    return secret


def find_request(secret: str, now: datetime) -> RecoveryRequest | None:
    """What this browser waits for; None when that has run out."""
    own = RecoveryRequest.secret_print == fingerprint(_PRINT_OF, secret)
    return db.session.scalars(
        select(RecoveryRequest).where(own, RecoveryRequest.expires_at > now)
    ).one_or_none()


def number_of(request: RecoveryRequest) -> str:
    """The digits on the person's own screen. They stand in no row and on no admin's page."""
    drawn = int(fingerprint("recovery_number", request.secret_print)[:12], 16)
    return f"{drawn % 10**DIGITS:0{DIGITS}}"


def confirm_recovery(request: RecoveryRequest, number: str, *, actor: Actor) -> None:
    """Say that this is the person: whoever says it has spoken to them, and has the digits from them."""
    refuse_own(request.account, actor)
    now = clock.now()
    require_few_failures(now, recovery_number=(request.id, ACCOUNT_LIMIT))
    if not compare_digest(number_of(request).encode(), "".join(number.split()).encode()):
        note_failure(now, recovery_number=request.id)
        raise WrongNumber
    _decide(request, RecoveryState.CONFIRMED, What.ACCOUNT_RECOVERY_CONFIRMED, actor)


def confirm_by_operator(account: Account, number: str) -> None:
    """The same from the operator's shell, where there is no other admin who could do it."""
    others = exists().where(Account.role == Role.ADMIN, Account.is_active, Account.id != account.id)
    if db.session.scalar(select(others)):
        raise AnotherAdmin("There is another admin. They confirm it at /accounts/recoveries.")
    waiting = select(RecoveryRequest).where(
        RecoveryRequest.account_id == account.id, RecoveryRequest.state == RecoveryState.WAITING
    )
    request = db.session.scalars(waiting).one_or_none()
    if request is None:
        raise WaitsNoMore
    confirm_recovery(request, number, actor=SYSTEM)


def refuse_recovery(request: RecoveryRequest, *, actor: Actor) -> None:
    """Say that it is not them, or that nobody could be sure; a yes that was not used is taken back so."""
    refuse_own(request.account, actor)
    _decide(request, RecoveryState.REFUSED, What.ACCOUNT_RECOVERY_REFUSED, actor, is_yes_open=True)


def use_request(request: RecoveryRequest, now: datetime) -> Account:
    """Go on after the yes, once; else `WaitsNoMore`."""
    used = (
        update(RecoveryRequest)
        .where(
            RecoveryRequest.id == request.id,
            RecoveryRequest.state == RecoveryState.CONFIRMED,
            RecoveryRequest.expires_at > now,
        )
        .values(state=RecoveryState.USED)
        .returning(RecoveryRequest.id)
    )
    if not request.account.is_active or db.session.scalar(used) is None:
        raise WaitsNoMore
    return request.account


def _decide(
    request: RecoveryRequest, state: RecoveryState, what: What, actor: Actor, *, is_yes_open: bool = False
) -> None:
    db.session.refresh(request, with_for_update=True)  # of two admins at once, one decides
    now = clock.now()
    is_open = request.state is RecoveryState.WAITING or (
        is_yes_open and request.state is RecoveryState.CONFIRMED
    )
    if not is_open or request.expires_at <= now:
        raise WaitsNoMore
    request.state, request.decided_at = state, now
    request.decided_by_id = None if actor is SYSTEM else actor.id
    db.session.flush()
    record(what, actor=actor, subject_type="account", subject_id=request.account_id)

"""Beginning and ending sign-ins. What is ended here is out at its next request."""

import secrets

from sqlalchemy import update

from app.accounts.models import Account
from app.accounts.session_queries import PRINT_OF
from app.accounts.session_rules import End, Way
from app.accounts.sign_in import actor_of
from app.accounts.sign_in_models import SignInSession
from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.vault.keyring import fingerprint

SECRET_BYTES = 32


def start_session(account: Account, way: Way, *, is_limited: bool, device: str) -> str:
    """Sign a person in on a device; returns the secret that only this device keeps.

    An invitation is no showing that it is them, but a limited sign-in asks for none.
    """
    now, secret = clock.now(), secrets.token_urlsafe(SECRET_BYTES)
    row = SignInSession(
        id=new_id(),
        secret_print=fingerprint(PRINT_OF, secret),
        account_id=account.id,
        way=way,
        is_limited=is_limited,
        device=device,
        made_at=now,
        last_seen_at=now,
        verified_at=now if way in {Way.PASSKEY, Way.TOTP, Way.PASSWORD} else None,
    )
    db.session.add(row)
    db.session.flush()
    record(
        What.ACCOUNT_SIGNED_IN,
        actor=actor_of(account),
        subject_type="account",
        subject_id=account.id,
        way=way.value,
    )
    return secret


def end_session(row: SignInSession, reason: End, *, actor: Actor) -> None:
    """End one sign-in, once; what has ended keeps its first reason."""
    _end(reason, SignInSession.id == row.id, account_id=row.account_id, actor=actor)


def end_sessions(account_id: str, reason: End, *, actor: Actor, but: str | None = None) -> int:
    """End every sign-in of a person `but` one (its id); returns how many."""
    others = SignInSession.id != but if but else SignInSession.id.is_not(None)
    return _end(reason, SignInSession.account_id == account_id, others, account_id=account_id, actor=actor)


def _end(reason: End, *which: object, account_id: str, actor: Actor) -> int:
    ended = db.session.execute(
        update(SignInSession)
        .where(*which, SignInSession.ended_at.is_(None))  # type: ignore[arg-type]
        .values(ended_at=clock.now(), end_reason=reason)
        .returning(SignInSession.id)
    ).all()
    if ended and reason not in {End.SIGNED_OUT, End.REPLACED}:  # those are told as what they are
        record(
            What.ACCOUNT_SESSION_ENDED,
            actor=actor,
            subject_type="account",
            subject_id=account_id,
            reason=reason.value,
            rows=len(ended),
        )
    return len(ended)


def note_seen(row: SignInSession) -> None:
    """Keep that the person was here now. A later sign is never overwritten by an earlier one."""
    now = clock.now()
    seen = update(SignInSession).where(SignInSession.id == row.id, SignInSession.last_seen_at < now)
    db.session.execute(seen.values(last_seen_at=now))


def note_verified(row: SignInSession, way: Way, *, actor: Actor) -> None:
    """Keep that the person has shown again that it is them."""
    row.verified_at = clock.now()
    record(
        What.ACCOUNT_VERIFIED, actor=actor, subject_type="account", subject_id=row.account_id, way=way.value
    )

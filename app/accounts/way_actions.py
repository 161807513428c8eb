"""Adding and removing passkeys and recovery codes, and taking every way from who has lost them."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.accounts import passkeys
from app.accounts.app_actions import forget_app
from app.accounts.endings import end_everywhere, end_requests
from app.accounts.models import Account
from app.accounts.notice_actions import tell
from app.accounts.notice_models import NoticeKind
from app.accounts.passkey_seals import is_whole, seal_of
from app.accounts.recovery_codes import DrawnCodes, draw_codes, put_codes
from app.accounts.session_rules import End, Way
from app.accounts.sign_in import actor_of
from app.accounts.sign_in_models import Passkey, RecoveryCode
from app.accounts.way_changes import device_of, lock_account, lock_ways, note_change
from app.accounts.way_queries import ways_of
from app.accounts.way_rules import LastWay
from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import db, let_go
from app.foundation.ids import new_id


def add_passkey(
    account: Account, credential: str, *, name: str, challenge: bytes, site: passkeys.Site, session_id: str
) -> Passkey:
    """Take a passkey that the person's device has just made; else `NotThisPasskey`."""
    credential_id, public_key, sign_count = passkeys.read_new(credential, challenge, site)
    lock_ways(account, session_id)
    passkey = Passkey(
        id=new_id(),
        account_id=account.id,
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
        name=name,
        made_at=clock.now(),
    )
    passkey.seal = seal_of(passkey)
    try:
        with db.session.begin_nested():
            db.session.add(passkey)
    except IntegrityError:  # the same key again
        raise passkeys.NotThisPasskey from None
    note_change(What.ACCOUNT_WAY_ADDED, account, Way.PASSKEY, NoticeKind.PASSKEY_ADDED, session_id)
    return passkey


def remove_passkey(account: Account, passkey: Passkey, *, session_id: str) -> None:
    """Take a passkey away, unless the person could not sign in then. One that signs nobody in may go."""
    lock_ways(account, session_id)
    if is_whole(passkey) and not ways_of(account).would_be_enough(without_passkey=passkey.id):
        raise LastWay
    db.session.delete(passkey)
    note_change(What.ACCOUNT_WAY_REMOVED, account, Way.PASSKEY, NoticeKind.PASSKEY_REMOVED, session_id)


def make_recovery_codes(account: Account, *, session_id: str) -> Sequence[str]:
    """Ten new codes, which the person sees now and never again; the old ones are worth nothing.

    They are hashed first, with no transaction open: nothing may have been written before.
    """
    account_id = account.id
    let_go()
    drawn = draw_codes(account_id)
    lock_ways(account, session_id)
    return keep_codes(account, drawn, session_id=session_id)


def draw_first_codes(account: Account) -> DrawnCodes | None:
    """Codes for who is about to add a way and has none left; drawn before anything is written."""
    account_id, has_some = account.id, ways_of(account).recovery_count > 0
    let_go()
    return None if has_some else draw_codes(account_id)


def keep_codes(account: Account, drawn: DrawnCodes, *, session_id: str) -> Sequence[str]:
    """Keep new codes and tell of them. Whoever waits for an admin by one of the old waits no more."""
    codes = put_codes(account, drawn)
    actor = actor_of(account)
    record(What.ACCOUNT_RECOVERY_CODES_MADE, actor=actor, subject_type="account", subject_id=account.id)
    tell(account.id, NoticeKind.CODES_MADE, device=device_of(session_id), session_id=session_id)
    end_requests(account.id)
    return codes


def forget_ways(account: Account, *, actor: Actor) -> None:
    """Take every way from a person who has lost them, and end their sign-ins."""
    lock_account(account)
    db.session.execute(delete(Passkey).where(Passkey.account_id == account.id))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    forget_app(account)
    account.password_hash = None
    record(What.ACCOUNT_WAY_REMOVED, actor=actor, subject_type="account", subject_id=account.id)
    tell(account.id, NoticeKind.WAYS_FORGOTTEN)
    end_everywhere(account.id, End.WAYS_CHANGED, actor=actor)


def has_any_way(account: Account) -> bool:
    """Whether a person has ever set up how they sign in, and it was not taken from them.

    A passkey whose row somebody changed counts here: one admin alone invites only who never had a way.
    """
    keys = select(Passkey.id).where(Passkey.account_id == account.id).limit(1)
    return account.password_hash is not None or db.session.scalar(keys) is not None

"""Passkeys (WebAuthn): what a browser is asked to sign, and whether it has signed that.

The person is always verified by their device (a finger, a face, a code), so that a passkey is
two factors in one. A challenge holds five minutes and is taken once: by whoever deletes its row.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import webauthn
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from webauthn.helpers import exceptions, structs

from app.accounts.models import Account
from app.accounts.notice_actions import tell
from app.accounts.notice_models import NoticeKind
from app.accounts.passkey_seals import is_whole
from app.accounts.sign_in_models import Passkey, PasskeyChallenge
from app.audit.catalogue import What
from app.audit.trail import SYSTEM, record
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id

HOLDS = timedelta(minutes=5)
CHALLENGE_BYTES = 32
NAME = "Common Ground"
_HOLDS_MS = int(HOLDS.total_seconds() * 1000)
_BAD_CREDENTIAL = (exceptions.WebAuthnException, ValueError, RecursionError)
"""JSON that is nested deeper than Python goes is no credential either."""
_VERIFIED = structs.UserVerificationRequirement.REQUIRED


class NotThisPasskey(DomainError):
    """What came from the browser is no passkey of this person, or answers no question of ours."""

    status = 400

    def __init__(self) -> None:
        super().__init__(_l("This passkey did not work here. Try again, or use another way."))


@dataclass(frozen=True)
class Site:
    """Where passkeys are for: the host they are bound to, and the exact origin of our pages."""

    host: str
    origin: str

    @classmethod
    def at(cls, public_url: str) -> "Site":
        parts = urlsplit(public_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def new_challenge(account_id: str | None, now: datetime) -> PasskeyChallenge:
    """Something to sign that nobody has signed before. Those that ran out are forgotten."""
    db.session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= now))
    row = PasskeyChallenge(
        id=new_id(),
        challenge=secrets.token_bytes(CHALLENGE_BYTES),
        account_id=account_id,
        expires_at=now + HOLDS,
    )
    db.session.add(row)
    db.session.flush()
    return row


def take_challenge(challenge_id: str, account_id: str | None, now: datetime) -> bytes:
    """The challenge, which nobody can take again; else `NotThisPasskey`."""
    taken = (
        delete(PasskeyChallenge)
        .where(PasskeyChallenge.id == challenge_id, PasskeyChallenge.expires_at > now)
        .where(
            PasskeyChallenge.account_id == account_id if account_id else PasskeyChallenge.account_id.is_(None)
        )
        .returning(PasskeyChallenge.challenge)
    )
    challenge = db.session.scalar(taken)
    if challenge is None:
        raise NotThisPasskey
    return challenge


def options_to_make(account: Account, known: Sequence[Passkey], challenge: bytes, site: Site) -> str:
    """What the browser is told to make a passkey by, as JSON."""
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name=NAME,
            user_id=account.id.encode(),
            user_name=account.email,
            user_display_name=account.name,
            challenge=challenge,
            timeout=_HOLDS_MS,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
            ),
            exclude_credentials=_descriptors(known),
        )
    )


def options_to_show(known: Sequence[Passkey], challenge: bytes, site: Site) -> str:
    """What the browser is told to sign in by, as JSON; with nothing known, any passkey of ours serves."""
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=site.host,
            challenge=challenge,
            timeout=_HOLDS_MS,
            allow_credentials=_descriptors(known) or None,
            user_verification=_VERIFIED,
        )
    )


def read_new(credential: str, challenge: bytes, site: Site) -> tuple[bytes, bytes, int]:
    """Id, public key and counter of a passkey that was just made; else `NotThisPasskey`."""
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _BAD_CREDENTIAL:
        raise NotThisPasskey from None
    return made.credential_id, made.credential_public_key, made.sign_count


def find_shown(credential: str) -> Passkey | None:
    """The passkey that a browser says it has used, not yet believed."""
    try:
        shown = webauthn.helpers.base64url_to_bytes(json.loads(credential)["id"])
    except (*_BAD_CREDENTIAL, KeyError, TypeError, AttributeError):
        return None
    return db.session.scalars(select(Passkey).where(Passkey.credential_id == shown)).one_or_none()


def check_shown(passkey: Passkey, credential: str, challenge: bytes, site: Site, now: datetime) -> None:
    """Believe that the person has this passkey here and now, else `NotThisPasskey`.

    A counter that did not grow is a copied key: refused. So is a row that is not as we made it, which
    the trail keeps and the person is told.
    """
    if not is_whole(passkey):
        owner = {"subject_type": "account", "subject_id": passkey.account_id}
        record(What.ACCOUNT_PASSKEY_BROKEN, actor=SYSTEM, **owner, key_id=passkey.id)
        tell(passkey.account_id, NoticeKind.PASSKEY_BROKEN)
        raise NotThisPasskey
    try:
        _check_owner(passkey, credential)
        shown = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _BAD_CREDENTIAL:
        raise NotThisPasskey from None
    passkey.sign_count, passkey.last_used_at = shown.new_sign_count, now


def _check_owner(passkey: Passkey, credential: str) -> None:
    """A passkey that says whose it is says so truly."""
    handle = webauthn.helpers.parse_authentication_credential_json(credential).response.user_handle
    if handle is not None and handle != passkey.account_id.encode():
        raise NotThisPasskey


def _descriptors(known: Sequence[Passkey]) -> list[structs.PublicKeyCredentialDescriptor]:
    return [structs.PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in known]

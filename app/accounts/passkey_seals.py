"""A seal over each passkey, by a key that is not in the database (ASVS 6.7.1).

Whoever can write into the database could put a public key of their own into the row of a passkey, or
a row of their own beside it, and be that person. So whose it is, its id and its public key are tied
together, and asked at each use. Rows from before there were seals are sealed once, by
`flask accounts seal-passkeys`, which `script/serve` runs at its start. That it was done stands on the
trail, and it is never done twice: what has no seal afterwards was put there by somebody.
What it does not see: a row that was taken out and is put back as it was.
"""

from collections.abc import Sequence
from hmac import compare_digest

from sqlalchemy import exists, select

from app.accounts.sign_in_models import Passkey
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import Actor, record
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.vault.keyring import fingerprint

SEAL_OF = "passkey_seal"
SUBJECT = "passkeys"


class SealedAlready(DomainError):
    """It is done once. Only operators read this."""


def seal_of(passkey: Passkey) -> str:
    """The seal that this row should have."""
    parts = (passkey.id, passkey.account_id, passkey.credential_id.hex(), passkey.public_key.hex())
    return fingerprint(SEAL_OF, "|".join(parts))


def is_whole(passkey: Passkey) -> bool:
    """Whether the row is as we made it."""
    return passkey.seal is not None and compare_digest(passkey.seal, seal_of(passkey))


def seal_all(*, actor: Actor) -> int:
    """Seal the passkeys from before there were seals; once, else `SealedAlready`. Returns how many."""
    if were_sealed():
        raise SealedAlready("Passkeys were sealed before. What has no seal now was put there by somebody.")
    rows = db.session.scalars(select(Passkey).where(Passkey.seal.is_(None)).order_by(Passkey.id)).all()
    for passkey in rows:
        passkey.seal = seal_of(passkey)
    record(
        What.ACCOUNT_PASSKEYS_SEALED, actor=actor, subject_type=SUBJECT, subject_id=SUBJECT, rows=len(rows)
    )
    return len(rows)


def were_sealed() -> bool:
    """Whether that one time has been."""
    done = exists().where(AuditEntry.subject_id == SUBJECT, AuditEntry.what == What.ACCOUNT_PASSKEYS_SEALED)
    return bool(db.session.scalar(select(done)))


def list_broken() -> Sequence[Passkey]:
    """The passkeys whose row somebody changed or put there, in the order they were made."""
    rows = db.session.scalars(select(Passkey).order_by(Passkey.id)).yield_per(200)
    return [passkey for passkey in rows if not is_whole(passkey)]

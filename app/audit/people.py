"""Who is meant by an entry of the trail: people stand there sealed under a key of the month.

The same person has the same mark for a month, so the trail is searched by person as before: by the
marks of each month whose key is alive. When a month has been over for 24 months the sweep destroys its
key. From then on its entries say what was done, when, by which kind of work and under which
permission, and no longer by whom, to nobody; and no two months of one person can be told to belong together.
Nothing of an entry is changed for it: the chain is over the marks, and holds.

AES-SIV (RFC 5297): the same id gives the same mark, and a mark that was altered opens to nobody.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from app.vault.models import KeyPurpose
from app.vault.period_keys import secret_at, secrets_of

_MARK = "~"
_ACCOUNT = "account"
"""A kind of subject, and the name of a fact, that is a person."""


def marked(person: str, at: datetime) -> str:
    """The id of a person, or of what leads to one, as it is kept; the id itself while there is no key."""
    key = secret_at(KeyPurpose.TRAIL, at)
    return _mark(person, *key) if key else person


def subject_kept(subject_type: str, subject_id: str, at: datetime) -> str:
    """What an entry is about: an account is somebody, all else is a record."""
    return marked(subject_id, at) if subject_type == _ACCOUNT else subject_id


def facts_kept(facts: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The facts of an entry; those that name an account name it as entries do."""
    if facts.get(_ACCOUNT) is None:
        return dict(facts)
    return {**facts, _ACCOUNT: marked(facts[_ACCOUNT], at)}


def meant_by(kept: str | None) -> str:
    """Whose id it is; empty when nobody knows any more, or when nobody is named."""
    month, is_marked, sealed = (kept or "").partition(_MARK)
    if not is_marked:
        return kept or ""
    secret = secrets_of(KeyPurpose.TRAIL).get(month)
    if secret is None:
        return ""
    try:
        return AESSIV(secret).decrypt(base64.urlsafe_b64decode(sealed), [month.encode()]).decode()
    except (InvalidTag, binascii.Error, ValueError):
        return ""


def is_forgotten(kept: str | None) -> bool:
    """Whether somebody is named there, and nobody knows who any more."""
    return bool(kept) and not meant_by(kept)


def ways_to_name(person: str) -> list[str]:
    """Every way in which entries may name this id."""
    return [person, *(_mark(person, month, key) for month, key in secrets_of(KeyPurpose.TRAIL).items())]


def _mark(person: str, month: str, secret: bytes) -> str:
    sealed = AESSIV(secret).encrypt(person.encode(), [month.encode()])
    return month + _MARK + base64.urlsafe_b64encode(sealed).decode()

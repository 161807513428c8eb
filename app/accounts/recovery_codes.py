"""Recovery codes: kept as argon2 hashes with a salt for each person, checked with one hashing, taken once.

What is hashed is a keyed fingerprint of the code, so that whoever has the database alone cannot even
begin to try. Their cost is the least that OWASP asks of Argon2id: a code is drawn from 10^14.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import ColumnElement, delete, select, update

from app.accounts.models import Account
from app.accounts.sign_in_models import RecoveryCode
from app.accounts.way_rules import new_recovery_codes, plain_code
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.vault.keyring import fingerprint

CODE_PRINT = "recovery_code"
SALT_BYTES = 16
_NOBODYS_SALT = "0" * 32


@dataclass(frozen=True)
class DrawnCodes:
    """Ten new codes and how they are kept. Drawing them is slow, and needs no database."""

    codes: Sequence[str]
    prints: Sequence[str]
    salt: str


def draw_codes(account_id: str) -> DrawnCodes:
    """Draw codes for a person; whoever calls this has no transaction open."""
    codes, salt = new_recovery_codes(), secrets.token_hex(SALT_BYTES)
    return DrawnCodes(codes, [slow_print(account_id, code, salt) for code in codes], salt)


def put_codes(account: Account, drawn: DrawnCodes) -> Sequence[str]:
    """Keep these in place of those before; the codes themselves stand nowhere else."""
    now = clock.now()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.session.add_all(
        RecoveryCode(id=new_id(), account_id=account.id, code_print=one, salt=drawn.salt, made_at=now)
        for one in drawn.prints
    )
    db.session.flush()
    return drawn.codes


def salt_of(account_id: str) -> str | None:
    """The salt of a person's unused codes; None where there are none."""
    return db.session.scalar(select(RecoveryCode.salt).where(*_unused(account_id)).limit(1))


def find_code(account_id: str, shown: str) -> str | None:
    """The id of the person's unused code that this is, by its slow print."""
    found = select(RecoveryCode.id).where(*_unused(account_id), RecoveryCode.code_print == shown)
    return db.session.scalar(found)


def use_code(code_id: str) -> bool:
    """Use a code up: of two who show it at once one is believed."""
    used = update(RecoveryCode).where(RecoveryCode.id == code_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(used.values(used_at=clock.now()).returning(RecoveryCode.id)) is not None


def slow_print(account_id: str, code: str, salt: str | None) -> str:
    """How a code is kept. Takes as long for nobody, who has no salt, as for somebody.

    Migration 0015 hashes the fingerprints from before in the same way.
    """
    keyed = fingerprint(CODE_PRINT, f"{account_id}|{plain_code(code)}")
    return hash_secret_raw(
        keyed.encode(),
        bytes.fromhex(salt or _NOBODYS_SALT),
        time_cost=2,
        memory_cost=19 * 1024,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    ).hex()


def _unused(account_id: str) -> tuple[ColumnElement[bool], ...]:
    return RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)

"""Recovery codes: kept as argon2 hashes with a salt for each person, checked with one hashing, taken once.

What is hashed is a keyed fingerprint of the code, so that whoever has the database alone cannot even
begin to try. Their cost is the least that OWASP asks of Argon2id: a code is drawn from 10^14.
"""

import secrets
from collections.abc import Sequence

from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import delete, select, update

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


def put_codes(account: Account) -> Sequence[str]:
    """Ten new codes in place of those before; they stand nowhere else."""
    codes, salt, now = new_recovery_codes(), secrets.token_hex(SALT_BYTES), clock.now()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.session.add_all(
        RecoveryCode(
            id=new_id(),
            account_id=account.id,
            code_print=slow_print(account.id, code, salt),
            salt=salt,
            made_at=now,
        )
        for code in codes
    )
    db.session.flush()
    return codes


def find_code(account: Account | None, code: str) -> str | None:
    """The id of the person's unused code that this is. Takes as long for nobody as for somebody."""
    own = RecoveryCode.account_id == (account.id if account else ""), RecoveryCode.used_at.is_(None)
    salt = db.session.scalar(select(RecoveryCode.salt).where(*own).limit(1))
    shown = slow_print(account.id if account else "", code, salt or _NOBODYS_SALT)
    return db.session.scalar(select(RecoveryCode.id).where(*own, RecoveryCode.code_print == shown))


def use_code(code_id: str) -> bool:
    """Use a code up: of two who show it at once one is believed."""
    used = update(RecoveryCode).where(RecoveryCode.id == code_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(used.values(used_at=clock.now()).returning(RecoveryCode.id)) is not None


def slow_print(account_id: str, code: str, salt: str) -> str:
    """How a code is kept. Migration 0015 hashes the fingerprints from before in the same way."""
    keyed = fingerprint(CODE_PRINT, f"{account_id}|{plain_code(code)}")
    return hash_secret_raw(
        keyed.encode(),
        bytes.fromhex(salt),
        time_cost=2,
        memory_cost=19 * 1024,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    ).hex()

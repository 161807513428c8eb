"""a key of its own for the block of a case on the map.

Who may see the block of a case must not hold the key of what is said in it. So each block is sealed
anew, under a new key; on the way down under the key of its case again. What nobody can open any
more, as its key was destroyed, is emptied. How keys wrap and seal is written down here as it was
when this was made.
"""

import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from hashlib import sha256

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PURPOSE = "case block"
AT_ONCE = 500
_HEAD = b"\x02\x01"
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"

cases = sa.table(
    "conflict_cases",
    sa.column("id", sa.String()),
    sa.column("key_id", sa.String()),
    sa.column("block_key_id", sa.String()),
    sa.column("block_sealed", sa.LargeBinary()),
)
keys = sa.table(
    "data_keys",
    sa.column("id", sa.String()),
    sa.column("purpose", sa.String()),
    sa.column("wrapped", sa.LargeBinary()),
    sa.column("wrapped_by", sa.String()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    allow_purposes(lambda known: [*known, PURPOSE] if PURPOSE not in known else known)
    with op.batch_alter_table("conflict_cases") as batch:
        batch.add_column(sa.Column("block_key_id", sa.String(length=26), nullable=True))
        batch.create_foreign_key(
            op.f("fk_conflict_cases_block_key_id"), "data_keys", ["block_key_id"], ["id"]
        )
    op.create_index("ix_conflict_cases_block_key_id", "conflict_cases", ["block_key_id"])
    ring = Ring()
    for case in blocks():
        block = ring.open(case, case.key_id)
        if block is None:
            change(case, block_sealed=None)
        else:
            key_id, secret = ring.make_key(case)
            change(case, block_key_id=key_id, block_sealed=seal(secret, key_id, case.id, block))
    with op.batch_alter_table("conflict_cases") as batch:
        batch.create_check_constraint(
            op.f("ck_conflict_cases_block_has_key"), "block_sealed IS NULL OR block_key_id IS NOT NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("conflict_cases") as batch:
        batch.drop_constraint(op.f("ck_conflict_cases_block_has_key"), type_="check")
    ring = Ring()
    for case in blocks():
        block, secret = ring.open(case, case.block_key_id), ring.secret(case.key_id)
        is_lost = block is None or secret is None
        change(case, block_sealed=None if is_lost else seal(secret, case.key_id, case.id, block))
    op.drop_index("ix_conflict_cases_block_key_id", table_name="conflict_cases")
    with op.batch_alter_table("conflict_cases") as batch:
        batch.drop_constraint(op.f("fk_conflict_cases_block_key_id"), type_="foreignkey")
        batch.drop_column("block_key_id")
    op.execute(keys.delete().where(keys.c.purpose == PURPOSE))
    allow_purposes(lambda known: [purpose for purpose in known if purpose != PURPOSE])


class Ring:
    """The operator's keys: they wrap the keys of records."""

    def __init__(self) -> None:
        settings = current_app.extensions["settings"]
        given = (*settings.old_key_encryption_keys, settings.key_encryption_key)
        self._ciphers = {sha256(b"key-encryption key|" + key).digest()[:8]: AESGCM(key) for key in given}
        self._newest = list(self._ciphers)[-1]

    def secret(self, key_id: str) -> bytes | None:
        """A record's key; None where it was destroyed."""
        wrapped = op.get_bind().scalar(sa.select(keys.c.wrapped).where(keys.c.id == key_id))
        if wrapped is None:
            return None
        if wrapped[:1] == b"\x01":  # before they said who wrapped them
            return self._of_any(key_id, wrapped)
        head = wrapped[:10]
        cipher = self._ciphers.get(head[2:])
        if cipher is None:
            raise RuntimeError("A key was wrapped by a key-encryption key that is not in the settings.")
        return cipher.decrypt(wrapped[10:22], wrapped[22:], head + key_id.encode())

    def open(self, case: Any, key_id: str) -> bytes | None:
        """The block of a case as it is sealed now; None where nobody can open it."""
        secret, blob = self.secret(key_id), bytes(case.block_sealed)
        if secret is None:
            return None
        if blob[:1] == b"\x01":  # before the key and the algorithm were named
            return AESGCM(secret).decrypt(
                blob[1:13], blob[13:], f"conflict_cases|block_sealed|{case.id}".encode()
            )
        return AESGCM(secret).decrypt(blob[2:14], blob[14:], bound_to(key_id, case.id))

    def make_key(self, case: Any) -> tuple[str, bytes]:
        """A new key for the block of a case, as old as the key of the case."""
        key_id = case.id[:10] + "".join(secrets.choice(_LETTERS) for _ in range(16))
        secret, nonce = os.urandom(32), os.urandom(12)
        head = _HEAD + self._newest
        wrapped = head + nonce + self._ciphers[self._newest].encrypt(nonce, secret, head + key_id.encode())
        created_at = sa.select(keys.c.created_at).where(keys.c.id == case.key_id).scalar_subquery()
        values = {"id": key_id, "purpose": PURPOSE, "wrapped": wrapped, "wrapped_by": self._newest.hex()}
        op.execute(keys.insert().values(**values, created_at=created_at))
        return key_id, secret

    def _of_any(self, key_id: str, wrapped: bytes) -> bytes:
        for cipher in reversed(self._ciphers.values()):
            try:
                return cipher.decrypt(wrapped[1:13], wrapped[13:], key_id.encode())
            except InvalidTag:
                continue
        raise RuntimeError("A key was wrapped by a key-encryption key that is not in the settings.")


def blocks() -> Iterator[Any]:
    """Each case that has a block, a few at a time."""
    last = ""
    some = sa.select(cases).where(cases.c.block_sealed.is_not(None)).order_by(cases.c.id).limit(AT_ONCE)
    while rows := op.get_bind().execute(some.where(cases.c.id > last)).all():
        yield from rows
        last = rows[-1].id


def change(case: Any, **values: Any) -> None:
    op.execute(cases.update().where(cases.c.id == case.id).values(**values))


def seal(secret: bytes, key_id: str, case_id: str, block: bytes) -> bytes:
    nonce = os.urandom(12)
    return _HEAD + nonce + AESGCM(secret).encrypt(nonce, block, bound_to(key_id, case_id))


def bound_to(key_id: str, case_id: str) -> bytes:
    return _HEAD + f"{key_id}|conflict_cases|block_sealed|{case_id}".encode()


def allow_purposes(to: Callable[[list[str]], list[str]]) -> None:
    """Say anew what data keys are for, whatever other migrations have made of it before."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("data_keys")
    [check] = [check for check in checks if check["name"] == "ck_data_keys_keypurpose"]
    words = ", ".join(f"'{purpose}'" for purpose in to(re.findall(r"'([a-z ]+)'", check["sqltext"])))
    with op.batch_alter_table("data_keys") as batch:
        batch.drop_constraint(op.f("ck_data_keys_keypurpose"), type_="check")
        batch.create_check_constraint(op.f("ck_data_keys_keypurpose"), f"purpose IN ({words})")

"""a key of its own for who each person of a case is, and their words on being asked again.

Who somebody is may be kept longer than what was said, when they asked for that. So each identity is
sealed anew, under a key of the person; on the way down under the key of its case again, and every word is
forgotten. What nobody can open any more, as its key was destroyed, stays as it is on the way up and is
not carried along on the way down: so goes who somebody is when the key of their case is gone. How keys wrap and seal is written down here as it was when this was made.
"""

import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PURPOSE = "party"
NEW_ON_THE_TRAIL = ("case.follow_up_agreed", "case.follow_up_refused")
HOW = ("in_person", "by_phone", "in_writing")
AT_ONCE = 500
_HEAD = b"\x02\x01"
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"

cases = sa.table("conflict_cases", sa.column("id", sa.String()), sa.column("key_id", sa.String()))
parties = sa.table(
    "parties",
    sa.column("id", sa.String()),
    sa.column("case_id", sa.String()),
    sa.column("key_id", sa.String()),
)
identities = sa.table(
    "party_identities",
    sa.column("id", sa.String()),
    sa.column("party_id", sa.String()),
    sa.column("key_id", sa.String()),
    sa.column("identity_sealed", sa.LargeBinary()),
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
    with op.batch_alter_table("parties") as batch:
        batch.add_column(sa.Column("key_id", sa.String(length=26), nullable=True))
        batch.create_foreign_key(op.f("fk_parties_key_id"), "data_keys", ["key_id"], ["id"])
    op.create_index("ix_parties_key_id", "parties", ["key_id"])
    ring = Ring()
    for row in all_identities():
        who = ring.open(row)
        if who is not None:
            reseal(row, who, *ring.key_of_party(row))
    make_consents()
    allow_on_trail(lambda known: [*known, *(what for what in NEW_ON_THE_TRAIL if what not in known)])


def downgrade() -> None:
    # What the trail has kept stays: a word that it does not use is taken away again.
    used = set(op.get_bind().scalars(sa.text("SELECT DISTINCT what FROM audit_entries")))
    gone = {*NEW_ON_THE_TRAIL} - used
    allow_on_trail(lambda known: [what for what in known if what not in gone])
    op.drop_table("follow_up_consents")
    ring = Ring()
    for row in all_identities():
        who, secret = ring.open(row), ring.secret(row.case_key_id)
        if who is not None and secret is not None:
            reseal(row, who, row.case_key_id, secret)
        elif row.key_id != row.case_key_id:
            op.execute(identities.delete().where(identities.c.id == row.id))
    op.drop_index("ix_parties_key_id", table_name="parties")
    with op.batch_alter_table("parties") as batch:
        batch.drop_constraint(op.f("fk_parties_key_id"), type_="foreignkey")
        batch.drop_column("key_id")
    op.execute(keys.delete().where(keys.c.purpose == PURPOSE))
    allow_purposes(lambda known: [purpose for purpose in known if purpose != PURPOSE])


def make_consents() -> None:
    op.create_table(
        "follow_up_consents",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("party_id", sa.String(length=26), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column(
            "how",
            sa.Enum(*HOW, name="saidhow", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("counted_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=False),
        sa.CheckConstraint("days BETWEEN 31 AND 180", name=op.f("ck_follow_up_consents_days_bounded")),
        sa.CheckConstraint(
            "counted_from IS NULL OR days IS NOT NULL", name=op.f("ck_follow_up_consents_counted_for_a_yes")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_follow_up_consents_{column}")
            )
            for column, target in (
                ("case_id", "conflict_cases"),
                ("party_id", "parties"),
                ("by_id", "accounts"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_consents")),
    )
    op.create_index("ix_follow_up_consents_case", "follow_up_consents", ["case_id", "at"])
    op.create_index("ix_follow_up_consents_party", "follow_up_consents", ["party_id", "at"])


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

    def open(self, row: Any) -> bytes | None:
        """Who somebody is as it is sealed now; None where nobody can open it."""
        secret, blob = self.secret(row.key_id), bytes(row.identity_sealed)
        if secret is None:
            return None
        if blob[:1] == b"\x01":  # before the key and the algorithm were named
            return AESGCM(secret).decrypt(
                blob[1:13], blob[13:], f"party_identities|identity_sealed|{row.id}".encode()
            )
        return AESGCM(secret).decrypt(blob[2:14], blob[14:], bound_to(row.key_id, row.id))

    def key_of_party(self, row: Any) -> tuple[str, bytes]:
        """The key of a person; at their first identity a new one, as old as the key of their case."""
        known = op.get_bind().scalar(sa.select(parties.c.key_id).where(parties.c.id == row.party_id))
        secret = self.secret(known) if known else None
        return (known, secret) if secret else self._make_key(row)

    def _make_key(self, row: Any) -> tuple[str, bytes]:
        key_id = row.party_id[:10] + "".join(secrets.choice(_LETTERS) for _ in range(16))
        secret, nonce = os.urandom(32), os.urandom(12)
        head = _HEAD + self._newest
        wrapped = head + nonce + self._ciphers[self._newest].encrypt(nonce, secret, head + key_id.encode())
        created_at = sa.select(keys.c.created_at).where(keys.c.id == row.case_key_id).scalar_subquery()
        values = {"id": key_id, "purpose": PURPOSE, "wrapped": wrapped, "wrapped_by": self._newest.hex()}
        op.execute(keys.insert().values(**values, created_at=created_at))
        op.execute(parties.update().where(parties.c.id == row.party_id).values(key_id=key_id))
        return key_id, secret

    def _of_any(self, key_id: str, wrapped: bytes) -> bytes:
        for cipher in reversed(self._ciphers.values()):
            try:
                return cipher.decrypt(wrapped[1:13], wrapped[13:], key_id.encode())
            except InvalidTag:
                continue
        raise RuntimeError("A key was wrapped by a key-encryption key that is not in the settings.")


def all_identities() -> Iterator[Any]:
    """Each identity with the key of its case, a few at a time."""
    last = ""
    some = (
        sa.select(identities, cases.c.key_id.label("case_key_id"))
        .join(parties, parties.c.id == identities.c.party_id)
        .join(cases, cases.c.id == parties.c.case_id)
        .order_by(identities.c.id)
        .limit(AT_ONCE)
    )
    while rows := op.get_bind().execute(some.where(identities.c.id > last)).all():
        yield from rows
        last = rows[-1].id


def reseal(row: Any, who: bytes, key_id: str, secret: bytes) -> None:
    nonce = os.urandom(12)
    sealed = _HEAD + nonce + AESGCM(secret).encrypt(nonce, who, bound_to(key_id, row.id))
    change = identities.update().where(identities.c.id == row.id)
    op.execute(change.values(key_id=key_id, identity_sealed=sealed))


def bound_to(key_id: str, row_id: str) -> bytes:
    return _HEAD + f"{key_id}|party_identities|identity_sealed|{row_id}".encode()


def allow_purposes(to: Callable[[list[str]], list[str]]) -> None:
    """Say anew what data keys are for, whatever other migrations have made of it before."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("data_keys")
    [check] = [check for check in checks if check["name"] == "ck_data_keys_keypurpose"]
    words = ", ".join(f"'{purpose}'" for purpose in to(re.findall(r"'([a-z ]+)'", check["sqltext"])))
    with op.batch_alter_table("data_keys") as batch:
        batch.drop_constraint(op.f("ck_data_keys_keypurpose"), type_="check")
        batch.create_check_constraint(op.f("ck_data_keys_keypurpose"), f"purpose IN ({words})")


def allow_on_trail(change: Callable[[list[str]], list[str]]) -> None:
    """Change the words that the trail takes, whatever other migrations have made of them before."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("audit_entries")
    [check] = [check for check in checks if check["name"] == "ck_audit_entries_what"]
    known = re.findall(r"'([a-z_.]+)'", check["sqltext"])
    words = ", ".join(f"'{what}'" for what in change(known))
    with op.batch_alter_table("audit_entries") as batch:
        batch.drop_constraint(op.f("ck_audit_entries_what"), type_="check")
        batch.create_check_constraint(op.f("ck_audit_entries_what"), f"what IN ({words})")

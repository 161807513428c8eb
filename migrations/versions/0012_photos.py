"""pictures in a case, each sealed under a key of its own.

On the way down they are forgotten, with their keys.
"""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NEW_ON_THE_TRAIL = [f"case.photo_{act}" for act in ("added", "removed", "shown")]
PURPOSES = ("case", "contact", "referral", "handoff", "input", "destination", "dispatch client", "account")
KINDS = ("paper", "place", "damage", "other")


def an_id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=26), nullable=False)


def a_moment(name: str, *, may_lack: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=may_lack)


def a_count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    allow_purposes(*PURPOSES, "photo")
    op.create_table(
        "case_photos",
        an_id("id"),
        an_id("case_id"),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="photokind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        an_id("key_id"),
        sa.Column("picture_sealed", sa.LargeBinary(), nullable=True),
        a_count("width"),
        a_count("height"),
        a_count("byte_count"),
        a_moment("added_at"),
        an_id("added_by_id"),
        a_moment("removed_at", may_lack=True),
        sa.CheckConstraint(
            "width > 0 AND height > 0 AND byte_count > 0", name=op.f("ck_case_photos_has_size")
        ),
        sa.CheckConstraint(
            "removed_at IS NULL OR picture_sealed IS NULL", name=op.f("ck_case_photos_removed_is_empty")
        ),
        points_at("case_photos", "case_id", "conflict_cases"),
        points_at("case_photos", "key_id", "data_keys"),
        points_at("case_photos", "added_by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_photos")),
    )
    op.create_index("ix_case_photos_case", "case_photos", ["case_id", "added_at"])
    op.create_index("ix_case_photos_key_id", "case_photos", ["key_id"])
    allow_on_trail(lambda known: [*known, *(what for what in NEW_ON_THE_TRAIL if what not in known)])


def downgrade() -> None:
    # What the trail has kept stays: a word that it does not use is taken away again.
    used = set(op.get_bind().scalars(sa.text("SELECT DISTINCT what FROM audit_entries")))
    gone = {*NEW_ON_THE_TRAIL} - used
    allow_on_trail(lambda known: [what for what in known if what not in gone])
    op.drop_table("case_photos")
    keys = sa.table("data_keys", sa.column("purpose", sa.String()))
    op.execute(keys.delete().where(keys.c.purpose == "photo"))
    allow_purposes(*PURPOSES)


def allow_purposes(*purposes: str) -> None:
    """Say anew what data keys are for."""
    words = ", ".join(f"'{purpose}'" for purpose in purposes)
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

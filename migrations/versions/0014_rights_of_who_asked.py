"""who asked for a replay and that it stopped; keys of quarters and months.

Nobody is known of replays from before: one that is under way stops, and is asked for again. Fingerprints
and entries of the trail from before stand as they are: the worker makes keys from its first beat on.

On the way down a fingerprint that the key of a quarter has made is forgotten with that key: it finds
nothing any more. Entries whose people such a key has marked keep their marks, which lead nowhere then.
"""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NEW_ON_THE_TRAIL = ["policy.replay_stopped"]
NEW_PURPOSES = ("callbacks", "trail")
COLUMNS = {"data_keys": "purpose", "audit_entries": "what"}


def upgrade() -> None:
    with op.batch_alter_table("policy_replays") as batch:
        batch.add_column(sa.Column("asked_by_id", sa.String(length=26), nullable=True))
        batch.add_column(sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_policy_replays_asked_by_id"), "accounts", ["asked_by_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_policy_replays_ends_once"), "stopped_at IS NULL OR finished_at IS NULL"
        )
    change_words("data_keys", "keypurpose", lambda known: [*known, *missing(NEW_PURPOSES, known)])
    op.create_table(
        "period_keys",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(*NEW_PURPOSES, name="keypurpose", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name=op.f("fk_period_keys_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_keys")),
        sa.UniqueConstraint("purpose", "period", name=op.f("uq_period_keys_purpose_period")),
    )
    op.create_index("ix_period_keys_key_id", "period_keys", ["key_id"])
    op.create_index("ix_period_keys_ends_at", "period_keys", ["ends_at"])
    with op.batch_alter_table("referrals") as batch:
        batch.add_column(sa.Column("callback_quarter", sa.String(length=8), nullable=True))
    with op.batch_alter_table("audit_entries") as batch:
        batch.alter_column("assignment_id", existing_type=sa.String(length=26), type_=sa.String(length=80))
    allow_on_trail(lambda known: [*known, *missing(NEW_ON_THE_TRAIL, known)])


def downgrade() -> None:
    # What the trail has kept stays: a word that it does not use is taken away again. So does the width
    # that a mark needs: entries are never changed.
    used = set(op.get_bind().scalars(sa.text("SELECT DISTINCT what FROM audit_entries")))
    gone = {*NEW_ON_THE_TRAIL} - used
    allow_on_trail(lambda known: [what for what in known if what not in gone])
    referrals = sa.table("referrals", sa.column("callback_fingerprint"), sa.column("callback_quarter"))
    forgotten = referrals.update().where(referrals.c.callback_quarter.is_not(None))
    op.execute(forgotten.values(callback_fingerprint=None))
    with op.batch_alter_table("referrals") as batch:
        batch.drop_column("callback_quarter")
    op.drop_index("ix_period_keys_ends_at", "period_keys")
    op.drop_index("ix_period_keys_key_id", "period_keys")
    op.drop_table("period_keys")
    keys = sa.table("data_keys", sa.column("purpose", sa.String()))
    op.execute(keys.delete().where(keys.c.purpose.in_(NEW_PURPOSES)))
    change_words("data_keys", "keypurpose", lambda known: [one for one in known if one not in NEW_PURPOSES])
    with op.batch_alter_table("policy_replays") as batch:
        batch.drop_constraint(op.f("ck_policy_replays_ends_once"), type_="check")
        batch.drop_constraint(op.f("fk_policy_replays_asked_by_id"), type_="foreignkey")
        batch.drop_column("stopped_at")
        batch.drop_column("asked_by_id")


def missing(wanted: Sequence[str], known: Sequence[str]) -> list[str]:
    return [one for one in wanted if one not in known]


def allow_on_trail(change: Callable[[list[str]], list[str]]) -> None:
    change_words("audit_entries", "what", change)


def change_words(table: str, check_name: str, change: Callable[[list[str]], list[str]]) -> None:
    """Change the words that a column takes, whatever other migrations have made of them before."""
    name = f"ck_{table}_{check_name}"
    checks = sa.inspect(op.get_bind()).get_check_constraints(table)
    [check] = [check for check in checks if check["name"] == name]
    column = COLUMNS[table]
    known = re.findall(r"'([a-z_. ]+)'", check["sqltext"])
    words = ", ".join(f"'{word}'" for word in change(known))
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(name), f"{column} IN ({words})")
